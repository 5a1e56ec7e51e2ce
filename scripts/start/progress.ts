// What `npm start` shows while it works: one line per step with its time, rewritten in place on a terminal.

export interface Progress {
  /** Runs `work` and shows its time; `work` returns a remark for the line. */
  step<T>(name: string, work: (report: (remark: string) => void) => Promise<T>, describe?: (result: T) => string): Promise<T>;
  line(text: string): void;
}

const NAME_WIDTH = 24;
const BAR_WIDTH = 24;

export function createProgress(out: NodeJS.WriteStream): Progress {
  const write = (text: string, isLast: boolean): void => {
    if (out.isTTY) out.write(`\r\u001b[2K${text}${isLast ? '\n' : ''}`);
    else if (isLast) out.write(`${text}\n`);
  };
  return {
    async step(name, work, describe = () => '') {
      const startedAt = performance.now();
      let remark = '';
      const show = (mark: string, isLast: boolean): void =>
        write(`  ${mark} ${name.padEnd(NAME_WIDTH)}${seconds(startedAt).padStart(7)}   ${remark}`, isLast);
      const timer = setInterval(() => show('…', false), 200);
      show('…', false);
      try {
        const result = await work((text) => {
          remark = text;
        });
        remark = describe(result) || remark;
        show('✓', true);
        return result;
      } catch (error) {
        show('✗', true);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
    line: (text) => out.write(`${text}\n`),
  };
}

function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

/** `[######··················]  25 %`; an unknown total has no bar yet. */
export function drawBar(done: number, total: number | null): string {
  if (total === null || total === 0) return `${done}`;
  const share = Math.min(1, done / total);
  const filled = Math.round(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'·'.repeat(BAR_WIDTH - filled)}] ${String(Math.round(share * 100)).padStart(3)} %`;
}

/** Two aligned columns. */
export function drawTable(rows: readonly (readonly [label: string, value: string])[]): string {
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return rows.map(([label, value]) => `  ${label.padEnd(width)}${value}`).join('\n');
}
