declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

/** Ids are UUIDv7 made by the application, known before the insert: any statement can be repeated. */
export type InstanceId = Id<"instance">;
export type ExecutionId = Id<"execution">;
export type DefinitionId = Id<"definition">;
export type TaskId = Id<"task">;
export type TimerId = Id<"timer">;
export type SignalId = Id<"signal">;
export type MessageId = Id<"message">;
export type WorkerId = Id<"worker">;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * Gives a UUID its brand: `asId<InstanceId>(text)`.
 * @throws TypeError when the text is no UUID: a mix-up in the code, as input is checked before.
 */
export function asId<T extends Id<string>>(text: string): T {
  if (!isUuid(text)) throw new TypeError(`'${text}' is not a UUID`);
  // The brand exists at compile time alone; the check above is all there is to it.
  return text.toLowerCase() as T;
}

/** Where new ids come from; the core draws none itself. */
export type NewId = () => string;
