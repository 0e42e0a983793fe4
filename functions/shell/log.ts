export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What a log line may carry: ids, counts and codes. Never a body, an event or a recipient. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export interface Log {
  write(level: LogLevel, message: string, fields?: LogFields): void;
}

/** One JSON line per entry. */
export function createLog(options: {
  readonly level: LogLevel;
  readonly print: (line: string) => void;
  readonly now: () => number;
}): Log {
  const threshold = logLevels.indexOf(options.level);
  return {
    write(level, message, fields = {}) {
      if (logLevels.indexOf(level) < threshold) return;
      const at = new Date(options.now()).toISOString();
      options.print(JSON.stringify({ at, level, message, ...fields }));
    },
  };
}

/** The name, message and cause chain of an error, without its stack and without input values. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: String(error).slice(0, 200) };
  const cause = error.cause instanceof Error ? `; cause: ${error.cause.message}` : '';
  const place = (error.stack ?? '').split('\n')[1]?.trim() ?? '';
  return { error: `${error.name}: ${error.message}${cause}`.slice(0, 500), place };
}
