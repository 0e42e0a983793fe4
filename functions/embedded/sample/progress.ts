const WIDTH = 28;
/** Without a terminal a line is printed at each quarter only. */
const QUARTERS = 4;

export interface Progress {
  advance(count: number): void;
  set(done: number): void;
  end(): void;
}

/** A bar that is drawn over itself on a terminal, and a few plain lines everywhere else. */
export function createProgress(title: string, total: number, unit: string): Progress {
  const startedAt = performance.now();
  let done = 0;
  let shown = -1;
  const draw = (final: boolean) => {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const bar = '#'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '.');
    const line = `${title.padEnd(32)} [${bar}] ${done}/${total} ${unit} ${seconds} s`;
    if (process.stdout.isTTY) process.stdout.write(`\r${line}${final ? '\n' : ''}`);
    else if (Math.floor(share * QUARTERS) > shown) {
      shown = Math.floor(share * QUARTERS);
      process.stdout.write(`${line}\n`);
    }
  };
  draw(false);
  return {
    advance: (count) => {
      done += count;
      draw(false);
    },
    set: (count) => {
      if (count === done) return;
      done = count;
      draw(false);
    },
    end: () => {
      done = total;
      draw(true);
    },
  };
}
