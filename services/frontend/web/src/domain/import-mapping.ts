/** Fields of an item that a column can fill, in the order the form shows them; `sku` and `name` are required. */
export const FIELD_TARGETS = [
  'sku',
  'name',
  'description',
  'category',
  'status',
  'price.amount',
  'price.amountMinor',
  'price.currency',
] as const;
export type FieldTarget = (typeof FIELD_TARGETS)[number];

/** One column that holds all attributes as a JSON object, as exports write them. */
const ATTRIBUTES = 'attributes';
const ATTRIBUTE_PREFIX = `${ATTRIBUTES}.`;
/** Longest name an attribute may have. */
const ATTRIBUTE_MAX_LENGTH = 64;

/** Target → column. */
export type Mapping = Readonly<Record<string, string>>;

export interface AttributeMapping {
  readonly key: string;
  readonly name: string;
  readonly column: string | null;
}

export interface MappingForm {
  readonly fields: Readonly<Partial<Record<FieldTarget, string>>>;
  /** Column of a JSON object with all attributes; those below are added to it. */
  readonly attributesColumn: string | null;
  readonly attributes: readonly AttributeMapping[];
}

/** The form that shows the mapping guessed from the header. */
export function presentMapping(guess: Mapping): MappingForm {
  const fields = Object.fromEntries(FIELD_TARGETS.flatMap((target) => (guess[target] === undefined ? [] : [[target, guess[target]]])));
  const attributes = Object.entries(guess)
    .filter(([target]) => target.startsWith(ATTRIBUTE_PREFIX))
    .map(([target, column]) => ({ key: target, name: target.slice(ATTRIBUTE_PREFIX.length), column }));
  return { fields, attributesColumn: guess[ATTRIBUTES] ?? null, attributes };
}

/** The mapping to send; attributes without a name or a column are left out. */
export function decideMapping({ fields, attributesColumn, attributes }: MappingForm): Mapping {
  const named = attributes.flatMap(({ name, column }) =>
    name.trim() === '' || column === null ? [] : [[ATTRIBUTE_PREFIX + name.trim(), column]],
  );
  return { ...fields, ...(attributesColumn === null ? {} : { [ATTRIBUTES]: attributesColumn }), ...Object.fromEntries(named) };
}

export function isComplete(form: MappingForm): boolean {
  return form.fields.sku !== undefined && form.fields.name !== undefined;
}

/** Columns that nothing reads yet. */
export function findUnusedColumns(form: MappingForm, columns: readonly string[]): readonly string[] {
  const used = new Set([...Object.values(form.fields), form.attributesColumn, ...form.attributes.map(({ column }) => column)]);
  return columns.filter((column) => !used.has(column));
}

/** Every column nothing reads yet becomes an attribute of the same name. */
export function addUnusedColumns(form: MappingForm, columns: readonly string[]): MappingForm {
  const added = findUnusedColumns(form, columns).map((column) => ({
    key: `column ${column}`,
    name: column.slice(0, ATTRIBUTE_MAX_LENGTH),
    column,
  }));
  return { ...form, attributes: [...form.attributes, ...added] };
}
