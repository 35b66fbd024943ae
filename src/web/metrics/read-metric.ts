import { Counter, Gauge, type Registry } from 'prom-client';

/** Tells a value for some labels. */
export type Tell<Label extends string> = (labels: Readonly<Record<Label, string>>, value: number) => void;

/** A metric that is looked up when somebody asks, and costs nothing else. */
export interface ReadMetric<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
  /** Tells all values there are; what it does not tell is not there, and not what it was. */
  readonly read: (tell: Tell<Label>) => void;
}

export function addGauge<Label extends string>(registry: Registry, metric: ReadMetric<Label>): void {
  const { name, help, labels, read } = metric;
  new Gauge({
    ...{ name, help, labelNames: labels, registers: [registry] },
    collect() {
      this.reset();
      read((of, value) => {
        this.set(of, value);
      });
    },
  });
}

/** Of something that is counted elsewhere. */
export function addCounter<Label extends string>(registry: Registry, metric: ReadMetric<Label>): void {
  const { name, help, labels, read } = metric;
  new Counter({
    ...{ name, help, labelNames: labels, registers: [registry] },
    collect() {
      this.reset();
      read((of, value) => {
        this.inc(of, value);
      });
    },
  });
}
