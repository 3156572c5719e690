// Reads a calendar (standard input) with node-ical and says what it understood (standard output,
// JSON by UID).
import { readFileSync } from "node:fs";
import ical from "node-ical";

function moment(time) {
  if (!time) return null;
  if (!time.dateOnly) return time.toISOString();
  const two = (number) => String(number).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

const said = {};
for (const entry of Object.values(ical.sync.parseICS(readFileSync(0, "utf8")))) {
  if (entry.type !== "VEVENT") continue;
  said[entry.uid] = {
    summary: entry.summary,
    location: entry.location,
    start: moment(entry.start),
    // To node-ical, what has no end ends at its start.
    end: +entry.end === +entry.start ? null : moment(entry.end),
    status: entry.status,
    sequence: entry.sequence,
    url: entry.url?.val ?? entry.url,
    description: entry.description,
  };
}
console.log(JSON.stringify(said));
