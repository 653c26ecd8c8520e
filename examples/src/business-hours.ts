import { MachineStep, TimerStep, WorkflowDefinition, type WorkflowContext } from "@drover/engine";

interface BusinessHoursData {
  message: string;
  /** When business begins and ends on each day, `HH:MM:SS` in UTC; 09:00:00 and 17:00:00 unless given. */
  opens_at: string;
  closes_at: string;
  /** Days of business, 0 for Sunday; Monday to Friday unless given. */
  open_days: number[];
  accepted_at: string;
  delivered_at: string;
}

export interface BusinessHours {
  readonly opensAt: string;
  readonly closesAt: string;
  readonly openDays: readonly number[];
}

const DAY = 86_400_000;
const DAYS_TO_LOOK_AT = 8;

/**
 * The moment itself where it is within business hours, else when business begins again.
 * @throws Error in words where the hours are no hours or no day is one of business
 */
export function nextBusinessMoment(now: Date, hours: BusinessHours): Date {
  const opens = timeOfDay(hours.opensAt);
  const closes = timeOfDay(hours.closesAt);
  const midnight = now.getTime() - (now.getTime() % DAY);
  for (let ahead = 0; ahead < DAYS_TO_LOOK_AT; ahead += 1) {
    const day = midnight + ahead * DAY;
    if (!hours.openDays.includes(new Date(day).getUTCDay())) continue;
    if (now.getTime() < day + opens) return new Date(day + opens);
    if (now.getTime() < day + closes) return now;
  }
  throw new Error("There are no business hours in the week to come");
}

function timeOfDay(text: string): number {
  const time = Date.parse(`1970-01-01T${text}Z`);
  if (Number.isNaN(time)) throw new Error(`'${text}' is no time of day like 09:00:00`);
  return time;
}

const acceptMessage = new MachineStep<BusinessHoursData>({
  name: "accept_message",
  execute: (context) => context.set("accepted_at", new Date().toISOString()),
});

/** Waits until a moment instead of for a length of time; within business hours it does not wait. */
class WaitForBusinessHours extends TimerStep<BusinessHoursData> {
  override readonly name = "wait_for_business_hours";
  override readonly description = "Wait until next business day if outside hours";

  override getUntil(context: WorkflowContext<BusinessHoursData>): Date {
    return nextBusinessMoment(new Date(), {
      opensAt: context.get("opens_at", "09:00:00"),
      closesAt: context.get("closes_at", "17:00:00"),
      openDays: context.get("open_days", [1, 2, 3, 4, 5]),
    });
  }
}

const deliverMessage = new MachineStep<BusinessHoursData>({
  name: "deliver_message",
  execute: (context) => {
    context.set("delivered_at", new Date().toISOString());
    return { delivered: context.get("message", "") };
  },
});

/** A timer that ends at a moment: nights and weekends are waited through. */
export const businessHoursMessage = new WorkflowDefinition<BusinessHoursData>({
  name: "business_hours_message",
  version: "1.0.0",
  description: "Deliver a message within business hours",
  steps: [acceptMessage, new WaitForBusinessHours(), deliverMessage],
  edges: [
    { source: acceptMessage, target: WaitForBusinessHours },
    { source: WaitForBusinessHours, target: deliverMessage },
  ],
  initialStep: "accept_message",
  terminalSteps: ["deliver_message"],
});
