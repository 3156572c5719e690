// Asks ical.js what VTIMEZONEs mean, close to every change of the clocks and about every sixth day
// between. Standard input and output as for libical_offsets.py.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const HALF_AN_HOUR = 30 * 60 * 1000;
const SIX_DAYS = 293 * HALF_AN_HOUR;

function moments(begins, ends) {
  const found = [];
  for (const count of [0, 1, 2, 3]) {
    found.push(begins + count * HALF_AN_HOUR, ends - (count + 1) * HALF_AN_HOUR);
  }
  for (let at = begins; at < ends; at += SIX_DAYS) found.push(at);
  return found.filter((at) => begins <= at && at < ends);
}

const wrong = [];
let asked = 0;
for (const { vtimezone, walls } of JSON.parse(readFileSync(0, "utf8"))) {
  const calendar = ICAL.parse(`BEGIN:VCALENDAR\r\n${vtimezone}END:VCALENDAR\r\n`);
  const zone = new ICAL.Timezone(new ICAL.Component(calendar).getFirstSubcomponent("vtimezone"));
  for (const [begins, ends, offset] of walls) {
    for (const at of moments(Date.parse(`${begins}Z`), Date.parse(`${ends}Z`))) {
      const wall = new Date(at).toISOString().slice(0, 19);
      const read = zone.utcOffset(ICAL.Time.fromDateTimeString(wall));
      asked += 1;
      if (read !== offset) wrong.push([zone.tzid, wall, read]);
    }
  }
}
console.log(JSON.stringify({ asked, wrong: wrong.slice(0, 20) }));
