import type { Statements } from "@drover/db/store";
import type { Network, Site } from "../network.ts";
import type { SimulatedProcess } from "../process.ts";

/** Statements that are carried out in one moment, without a way there. */
export type SynchronousStatements = {
  readonly [Name in keyof Statements]: (
    ...values: Parameters<Statements[Name]>
  ) => Awaited<ReturnType<Statements[Name]>>;
};

/** Statements around which a process may die: those that take work or end it. */
const THAT_MATTER: ReadonlySet<keyof Statements> = new Set([
  "moveOn",
  "commitTransitions",
  "claimExecutions",
  "startInstances",
] as const);

/**
 * The statements as a process sends them: over the network.
 * @param sent told of each statement when it is sent
 */
export function statementsOver(
  network: Network,
  from: SimulatedProcess,
  { site, statements }: { readonly site: Site; readonly statements: SynchronousStatements },
  sent: (name: keyof Statements, values: readonly unknown[]) => void,
): Statements {
  const over =
    (name: keyof Statements) =>
    (...values: readonly unknown[]) => {
      sent(name, values);
      // What goes in and comes out is what the type of this statement says, whichever it is.
      const carryOut = statements[name] as (...given: readonly unknown[]) => unknown;
      return network.call(from, site, {
        name,
        carryOut: () => carryOut.apply(statements, [...values]),
        matters: THAT_MATTER.has(name),
      });
    };
  return new Proxy(
    {},
    { get: (_, name) => over(name as keyof Statements) },
    // Every name of the port is answered, by the statement of that name.
  ) as Statements;
}

/** The statements without a way there. */
export function atOnce(statements: SynchronousStatements): Statements {
  return new Proxy(statements, {
    get: (target, name: keyof Statements) => {
      // Each statement takes and gives what its own type says.
      const carryOut = target[name] as (...values: readonly unknown[]) => unknown;
      return async (...values: readonly unknown[]) => carryOut.apply(target, [...values]);
    },
  }) as unknown as Statements;
}
