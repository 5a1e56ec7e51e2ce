// Loaded before a program: its clock is wrong from the beginning, for everything in the process.
const shiftMs = Number(process.env['FAULTS_CLOCK_SHIFT_MS'] ?? '0');
const RealDate = Date;

/** As Date, but for the present. */
const ShiftedDate = new Proxy(RealDate, {
  construct: (target, words, newTarget): object =>
    Reflect.construct(target, words.length === 0 ? [target.now() + shiftMs] : words, newTarget),
  apply: (target): string => new target(target.now() + shiftMs).toString(),
  get: (target, name, receiver): unknown => (name === 'now' ? () => target.now() + shiftMs : Reflect.get(target, name, receiver)),
});
Object.assign(globalThis, { Date: ShiftedDate });
