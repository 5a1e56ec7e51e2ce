import type { CfnDashboard } from 'aws-cdk-lib/aws-quicksight';
import { PARTITION_COLUMN } from './columns.ts';

/** What the drawings are made from. */
export const DATA_SET = 'requests';

export const DRAWN_COLUMNS = [
  { name: 'at_hour', type: 'DATETIME' },
  { name: 'service', type: 'STRING' },
  { name: 'release', type: 'STRING' },
  { name: 'route', type: 'STRING' },
  { name: 'duration_ms', type: 'DECIMAL' },
  { name: 'error', type: 'INTEGER' },
] as const;
type DrawnColumn = (typeof DRAWN_COLUMNS)[number]['name'];

/** Requests of the last seven days, and one day that the partitions may be late by. @param table with its database */
export function drawnLines(table: string): string {
  return `SELECT
  date_trunc('hour', cast(from_iso8601_timestamp(logged_at) AS timestamp)) AS at_hour,
  service,
  release,
  route,
  duration_ms,
  CASE WHEN status >= 500 THEN 1 ELSE 0 END AS error
FROM ${table}
WHERE ${PARTITION_COLUMN} >= date_format(current_timestamp - interval '8' day, '%Y/%m/%d/%H')
  AND logged_at >= to_iso8601(current_timestamp - interval '7' day)
  AND status IS NOT NULL`;
}

const column = (columnName: DrawnColumn) => ({ dataSetIdentifier: DATA_SET, columnName });
const category = (visual: string, name: DrawnColumn) => ({
  categoricalDimensionField: { fieldId: `${visual}-${name}`, column: column(name) },
});
const hour = (visual: string) => ({
  dateDimensionField: { fieldId: `${visual}-hour`, column: column('at_hour'), dateGranularity: 'HOUR' },
});
const total = (visual: string, name: DrawnColumn, aggregation: 'SUM' | 'COUNT') => ({
  numericalMeasureField: {
    fieldId: `${visual}-${name}-${aggregation}`,
    column: column(name),
    aggregationFunction: { simpleNumericalAggregation: aggregation },
  },
});
const percentile = (visual: string, name: DrawnColumn, percentileValue: number) => ({
  numericalMeasureField: {
    fieldId: `${visual}-${name}-p${percentileValue}`,
    column: column(name),
    aggregationFunction: { percentileAggregation: { percentileValue } },
  },
});
const title = (text: string) => ({ visibility: 'VISIBLE', formatText: { plainText: text } });

/** One sheet: requests an hour, errors by release, and the slowest routes. */
export const SHEETS: CfnDashboard.SheetDefinitionProperty[] = [
  {
    sheetId: 'requests',
    name: 'Requests',
    visuals: [
      {
        lineChartVisual: {
          visualId: 'traffic',
          title: title('Requests an hour'),
          chartConfiguration: {
            fieldWells: {
              lineChartAggregatedFieldWells: {
                category: [hour('traffic')],
                values: [total('traffic', 'duration_ms', 'COUNT')],
                colors: [category('traffic', 'service')],
              },
            },
          },
        },
      },
      {
        barChartVisual: {
          visualId: 'errors',
          title: title('Errors by service and release'),
          chartConfiguration: {
            fieldWells: {
              barChartAggregatedFieldWells: {
                category: [category('errors', 'service')],
                values: [total('errors', 'error', 'SUM')],
                colors: [category('errors', 'release')],
              },
            },
          },
        },
      },
      {
        barChartVisual: {
          visualId: 'slowest',
          title: title('One request in a hundred takes longer (ms)'),
          chartConfiguration: {
            fieldWells: {
              barChartAggregatedFieldWells: {
                category: [category('slowest', 'route')],
                values: [percentile('slowest', 'duration_ms', 99)],
              },
            },
          },
        },
      },
    ],
  },
];
