// What alarms look at. A metric nobody measures on this machine is undefined and its alarms stay silent; one that is measured and has no
// value now is missing, which is what some alarms ring for.

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly periodSeconds: number;
  /** CloudWatch's word for how the values of a period become one. */
  readonly statistic: string;
}

export interface MetricSource {
  read(metric: Metric, now: Date): number | 'missing' | undefined;
}

/** The first that measures it. */
export function combineSources(sources: readonly MetricSource[]): MetricSource {
  return {
    read: (metric, now) => {
      for (const source of sources) {
        const value = source.read(metric, now);
        if (value !== undefined) return value;
      }
      return undefined;
    },
  };
}
