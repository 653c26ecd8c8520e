export { FAULT_POINTS, type FaultPoint, type PlannedFault } from "./fault-points.ts";
export { faultPlan } from "./fault-plan.ts";
export { faultSwitch } from "./fault-switch.ts";
export { queueWithFaults, storeWithFaults, takeWithFaults } from "./ports.ts";
