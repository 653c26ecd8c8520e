import { summary } from "@drover/report";
import type { StepFigures } from "../report/load-report.ts";
import { holdsWorker, type StepTime } from "./step-times.ts";

/** @param instances the times of the steps of each sampled one */
export function stepFigures(instances: readonly (readonly StepTime[])[]): StepFigures[] {
  const bySteps = Map.groupBy(instances.flat(), ({ step }) => step);
  return [...bySteps].map(([step, times]) => {
    // There is one at least, as every group has one.
    const type = times[0]?.type ?? "machine";
    const first = times.filter(({ retried }) => !retried);
    return {
      step,
      type,
      count: times.length,
      perInstance: times.length / instances.length,
      retried: times.length - first.length,
      queueDelay: summary(first.map(({ ready, begun }) => begun - ready)),
      execution: summary(times.map(({ begun, ended }) => ended - begun)),
      waits: !holdsWorker(type),
    };
  });
}
