import { deepFreeze } from "../json.ts";
import type { LifecycleEvent, LifecycleEventType } from "./lifecycle-event.ts";

/** Is told of events of one kind, or with `*` of all. What it returns is waited for by nobody. */
export type LifecycleHandler<Type extends LifecycleEventType | "*" = "*"> = (
  event: Type extends "*" ? LifecycleEvent : Extract<LifecycleEvent, { type: Type }>,
) => unknown;

/** Handlers by the kind of event they are for. */
export type LifecycleHandlers = {
  readonly [Type in LifecycleEventType | "*"]?: LifecycleHandler<Type>;
};

/** A handler for some kind of event. */
type AnyHandler = (event: never) => unknown;

/** Is told what a handler has thrown. */
export type HandlerFaultLogger = (error: unknown, event: LifecycleEvent) => void;

/**
 * Tells handlers of events, in the order in which they were added. A handler that throws, at once or
 * later, is logged and harms nobody.
 */
export class EventBus {
  readonly #handlers = new Map<string, Set<AnyHandler>>();
  readonly #logFault: HandlerFaultLogger;
  readonly #atWork = new Set<Promise<unknown>>();

  constructor(logFault: HandlerFaultLogger) {
    this.#logFault = logFault;
  }

  /** Whether anybody listens. */
  get hasHandlers(): boolean {
    return [...this.#handlers.values()].some((handlers) => handlers.size > 0);
  }

  /** @returns takes the handler away again */
  on<Type extends LifecycleEventType | "*">(
    type: Type,
    handler: LifecycleHandler<Type>,
  ): () => void {
    return this.#add(type, handler);
  }

  /** As `on`, for several kinds of events at once. */
  onAll(handlers: LifecycleHandlers): () => void {
    const added = Object.entries(handlers).map(([type, handler]) => this.#add(type, handler));
    return () => {
      for (const takeAway of added) takeAway();
    };
  }

  /** Tells everybody who wants to know; waits for nobody. */
  emit(event: LifecycleEvent): void {
    if (!this.hasHandlers) return;
    // What events hold is still at work elsewhere: nobody changes it from here.
    // Events are JSON, so that their copies have their shape.
    const told = deepFreeze(JSON.parse(JSON.stringify(event)) as LifecycleEvent);
    for (const type of [event.type, "*"]) {
      for (const handler of this.#handlers.get(type) ?? []) this.#tell(handler, told);
    }
  }

  /** Resolves once every handler has come to an end with what it was told. */
  async idle(): Promise<void> {
    while (this.#atWork.size > 0) await Promise.all(this.#atWork);
  }

  #add(type: string, handler: AnyHandler): () => void {
    const handlers = this.#handlers.get(type) ?? new Set();
    handlers.add(handler);
    this.#handlers.set(type, handlers);
    return () => void handlers.delete(handler);
  }

  #tell(handler: AnyHandler, event: LifecycleEvent): void {
    try {
      // A handler stands under the kind of event that it takes.
      const work = Promise.resolve(handler(event as never)).catch((error: unknown) => {
        this.#logFault(error, event);
      });
      this.#atWork.add(work);
      void work.finally(() => this.#atWork.delete(work));
    } catch (error) {
      this.#logFault(error, event);
    }
  }
}
