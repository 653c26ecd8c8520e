const DATE = String.raw`(\d{4})-(\d\d)-(\d\d)`;
const TIME = String.raw`\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?`;
const OFFSET = String.raw`(?:Z|[+-]\d\d:\d\d)`;
const ISO_MOMENT = new RegExp(`^${DATE}(?:T${TIME}${OFFSET})?$`);
const WITHOUT_OFFSET = new RegExp(`^${DATE}T${TIME}$`);

/**
 * A moment as a Date: ISO 8601 text is a date (its start in UTC) or a date and time with an offset.
 *
 * Whatever else `new Date` reads depends on where it runs: a time without an offset would be another
 * moment on a worker in another time zone.
 * @throws RangeError in words when it is no moment
 */
export function toMoment(value: Date | string): Date {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new RangeError("it is an invalid Date");
    return value;
  }
  if (typeof value !== "string") throw new RangeError(`it is a ${typeof value}`);
  if (WITHOUT_OFFSET.test(value)) {
    throw new RangeError(`'${value}' has no offset: write Z for UTC, or one like +02:00`);
  }
  const match = ISO_MOMENT.exec(value);
  const moment = new Date(value);
  if (match === null || Number.isNaN(moment.getTime()) || !isOnTheCalendar(match)) {
    throw new RangeError(
      `'${value.slice(0, 100)}' is not like 2026-06-01 or 2026-06-01T08:30:00+02:00`,
    );
  }
  return moment;
}

/** JavaScript takes the 30th of February for a day in March. */
function isOnTheCalendar([, year, month, day]: RegExpExecArray): boolean {
  const date = new Date(`${year}-${month}-01T00:00:00Z`);
  date.setUTCDate(Number(day));
  return date.getUTCMonth() + 1 === Number(month);
}
