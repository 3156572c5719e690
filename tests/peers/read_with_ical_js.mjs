// Reads a calendar (standard input) with ical.js, which Thunderbird reads with too, and says what
// it understood (standard output, JSON by UID).
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
// The zones' names are known to no one here but the calendar itself.
ICAL.TimezoneService.reset();
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(new ICAL.Timezone(zone));
}

function moment(time) {
  if (!time) return null;
  return time.isDate ? time.toString() : new Date(time.toUnixTime() * 1000).toISOString();
}

const said = {};
for (const component of calendar.getAllSubcomponents("vevent")) {
  const value = (name) => component.getFirstPropertyValue(name);
  said[value("uid")] = {
    summary: value("summary"),
    location: value("location"),
    start: moment(value("dtstart")),
    end: moment(value("dtend")),
    status: value("status"),
    sequence: value("sequence"),
    url: value("url"),
    description: value("description"),
  };
}
console.log(JSON.stringify(said));
