// Codes and due dates in JavaScript, as a service in Node might have them, held to the vectors of
// the library:
//
//     evnpubsvc conformance run -- node examples/conformance_node/answer.mjs
//
// One question a line on standard input, one answer a line on standard output. Families that are
// not implemented here say so.

import { createInterface } from "node:readline";

// -- codes ---------------------------------------------------------------------------------------

const TOP = "[A-Y][0-9]{2}";
const UNIT =
  `(?:(?:[0-9]{3}\\.[0-9]{2}|[0-9]{2})\\.[0-9]{2,3}\\.${TOP}|${TOP}(?:\\.[0-9]{1,3}){0,8})`;
const PROCEDURE = `[1-9]\\.[0-9]{6}(?:\\.(?:[0-9]{3}\\.[0-9]{2}\\.[0-9]{2}\\.)?${TOP})?`;
const SHAPES = {
  dossier: new RegExp(`^${UNIT}-([0-9]{6})-[0-9]{4,9}$`, "u"),
  field: new RegExp(`^${TOP}-[A-ZĐ]{1,6}[0-9]{0,4}$`, "u"),
  procedure: new RegExp(`^${PROCEDURE}$`, "u"),
  result: new RegExp(`^KQ\\.${TOP}\\.[0-9]{5,7}\\.{0,3}[A-Z]{0,4}$`, "u"),
  service: new RegExp(`^${PROCEDURE}\\.[0-9]{2}$`, "u"),
  unit: new RegExp(`^${UNIT}$`, "u"),
};

function readCode({ kind, text }) {
  const match = SHAPES[kind].exec(text);
  if (match === null) throw new Error(`no ${kind} code`);
  if (kind === "dossier" && !isDay(match[1])) throw new Error("no such day");
  return text;
}

function isDay(digits) {
  const [year, month, day] = [0, 2, 4].map((place) => Number(digits.slice(place, place + 2)));
  const made = new Date(Date.UTC(2000 + year, month - 1, day));
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
}

// -- due dates: days are numbers since 1970, instants are minutes in Viet Nam -----------------------

const MINUTES = 24 * 60;
const VIETNAM = 7 * 60;

class Calendar {
  constructor(data) {
    this.first = toDay(data.first);
    this.last = toDay(data.last);
    this.off = new Set(data.days_off.map(toDay));
    this.makeUp = new Set(data.make_up_days.map(toDay));
    this.hours = data.hours.map((session) => session.map(toMinute));
  }

  works(day) {
    if (day < this.first || day > this.last) throw new Error("the days off are not decided");
    const weekday = (day + 4) % 7; // 1 January 1970 was a Thursday; 0 is Sunday
    return this.makeUp.has(day) || (weekday >= 1 && weekday <= 5 && !this.off.has(day));
  }

  roll(day) {
    while (!this.works(day)) day += 1;
    return day;
  }

  // The working day on which enough days have been counted; null while the clock stands.
  count(day, amount, stops) {
    let left = amount;
    for (;;) {
      if (stops.some((stop) => stop.restarts && Math.floor(stop.end / MINUTES) === day)) {
        left = amount;
      } else if (left <= 0 && this.works(day) && !stops.some((stop) => this.covers(stop, day))) {
        return day;
      }
      if (stops.some((stop) => stop.end === Infinity && this.covers(stop, day))) return null;
      day += 1;
      const opening = day * MINUTES + this.hours[0][0];
      const stopped = stops.some((stop) => stop.start <= opening && opening < stop.end);
      if (this.works(day) && !stopped) left -= 1;
    }
  }

  // Whether a stop lasts beyond the closing of a day.
  covers(stop, day) {
    const closing = day * MINUTES + this.hours.at(-1)[1];
    return stop.start < closing && stop.end >= closing;
  }

  // The minute by which so much office time has passed.
  addOfficeTime(minute, left) {
    for (let day = Math.floor(minute / MINUTES); ; day += 1) {
      for (const [opens, closes] of this.works(day) ? this.hours : []) {
        const begin = Math.max(day * MINUTES + opens, minute);
        const end = day * MINUTES + closes;
        if (begin >= end) continue;
        if (left <= end - begin) return begin + left;
        left -= end - begin;
      }
    }
  }
}

function toDay(text) {
  return Date.parse(`${text}T00:00Z`) / 60_000 / MINUTES;
}

function toMinute(text) {
  const [hours, minutes] = text.split(":").map(Number);
  return hours * 60 + minutes;
}

// Minutes of the clock on the wall in Viet Nam, which has no summer time.
function toLocal(instant) {
  return Date.parse(instant) / 60_000 + VIETNAM;
}

function dayText(day) {
  return new Date(day * MINUTES * 60_000).toISOString().slice(0, 10);
}

function instantText(minute) {
  return `${new Date(minute * 60_000).toISOString().slice(0, 19)}+07:00`;
}

function addMonths(day, months) {
  const from = new Date(day * MINUTES * 60_000);
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + months];
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(from.getUTCDate(), length)) / 60_000 / MINUTES;
}

function due({ received, limit, stops }, calendar) {
  const minute = toLocal(received);
  const day = Math.floor(minute / MINUTES);
  const amount = Number(limit.amount);
  const pauses = stops.map((stop) => ({
    start: toLocal(stop.start),
    end: stop.end === null ? Infinity : toLocal(stop.end),
    restarts: stop.clock === "restart",
  }));
  let end;
  if (limit.unit === "working-days") end = calendar.count(day, amount, pauses);
  else if (limit.unit === "days") end = calendar.roll(day + amount);
  else if (limit.unit === "weeks") end = calendar.roll(day + 7 * amount);
  else if (limit.unit === "months") end = calendar.roll(addMonths(day, amount));
  else if (limit.unit === "same-day") end = day;
  else if (limit.unit === "working-hours") {
    return instantText(calendar.addOfficeTime(minute, amount * 60));
  } else return undefined;
  return end === null ? null : dayText(end);
}

// -- the conversation ------------------------------------------------------------------------------

let calendar;
for await (const line of createInterface({ input: process.stdin })) {
  const { id, family, input, data } = JSON.parse(line);
  if (family === "due-dates" && data !== undefined) calendar = new Calendar(data.calendar);
  let answer = { unsupported: true };
  try {
    if (family === "codes") answer = { output: readCode(input) };
    if (family === "due-dates") {
      const output = due(input, calendar);
      if (output !== undefined) answer = { output };
    }
  } catch (error) {
    answer = { refused: error.message };
  }
  process.stdout.write(`${JSON.stringify({ id, ...answer })}\n`);
}
