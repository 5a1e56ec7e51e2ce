import type { Environment, Substitution } from './environment.ts';

/** A process the templates call for, as the start and the console describe it. */
export interface LocalProcess {
  readonly name: string;
  readonly kind: 'service' | 'migration' | 'function';
  /** Its template's, with the substitutions; mask it with `maskEnvironment(environment, secretNames)` before showing it. */
  readonly environment: Environment;
  /** Variables whose values came from Secrets Manager. */
  readonly secretNames: ReadonlySet<string>;
  readonly substitutions: readonly Substitution[];
  /** Sidecars and Lambda layers, which consist of an image only. */
  readonly droppedContainers: readonly string[];
}
