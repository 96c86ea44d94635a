import { SensoriumError } from '@sensorium/contracts';

/** What a task may use besides its parameters. */
export interface Context {
  readonly signal: AbortSignal;
  /** Tells the page how far it is. */
  readonly report: (progress: unknown) => void;
}

export type Task = (parameters: never, context: Context) => unknown;

/** From the page: a task to begin, or one to end. */
export type Request =
  | { readonly id: number; readonly task: string; readonly parameters: unknown }
  | { readonly id: number; readonly stop: true };

/** To the page. */
export type Reply =
  | { readonly id: number; readonly progress: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: Failure };

/** An error as it crosses to the page, with the single errors of which it is made, as of a manifest. */
export interface Failure extends Pick<SensoriumError, 'code' | 'message' | 'hint' | 'location'> {
  readonly causes: readonly Failure[];
}

interface Port {
  postMessage(message: Reply): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<Request>) => void): void;
}

/** Answers the page's requests, several at a time. */
export function serve(port: Port, tasks: Readonly<Record<string, Task>>): void {
  const running = new Map<number, AbortController>();

  const run = async (id: number, name: string, parameters: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    const report = (progress: unknown): void => port.postMessage({ id, progress });
    try {
      const task = tasks[name] as (parameters: unknown, context: Context) => unknown;
      const result = await task(parameters, { signal: controller.signal, report });
      port.postMessage({ id, result });
    } catch (error) {
      port.postMessage({ id, error: failureOf(error) });
    } finally {
      running.delete(id);
    }
  };

  port.addEventListener('message', ({ data }) => {
    if ('stop' in data) running.get(data.id)?.abort();
    else void run(data.id, data.task, data.parameters);
  });
}

function failureOf(error: unknown): Failure {
  if (SensoriumError.is(error)) {
    const { code, message, hint, location, cause } = error;
    return {
      code,
      message,
      hint,
      location,
      causes: cause instanceof AggregateError ? cause.errors.map(failureOf) : [],
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'SENSORIUM_UNEXPECTED', message, hint: undefined, location: undefined, causes: [] };
}

/** The error again, on the page. */
export function errorOf({ causes, code, message, hint, location }: Failure): SensoriumError {
  const cause = causes.length > 0 ? new AggregateError(causes.map(errorOf)) : undefined;
  return new SensoriumError({ code, message, cause, ...(hint && { hint }), ...(location && { location }) });
}
