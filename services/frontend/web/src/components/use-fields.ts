import { type ChangeEvent, useState } from 'react';

type TextElement = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export interface Fields<T extends Readonly<Record<string, string>>> {
  readonly values: T;
  set(name: keyof T, value: string): void;
  /** `name`, `value` and `onChange` for one input. */
  bind(name: keyof T & string): { readonly name: string; readonly value: string; onChange(event: ChangeEvent<TextElement>): void };
}

/** The texts of a form, by field name. */
export function useFields<T extends Readonly<Record<string, string>>>(initial: T): Fields<T> {
  const [values, setValues] = useState(initial);
  const set = (name: keyof T, value: string) => setValues((current) => ({ ...current, [name]: value }));
  return {
    values,
    set,
    bind: (name) => ({ name, value: values[name] ?? '', onChange: (event) => set(name, event.currentTarget.value) }),
  };
}
