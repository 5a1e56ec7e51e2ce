import { describe, expect, it } from '@jest/globals';
import { parseFigures } from './dashboards.ts';

const widget = (view: string, ...metrics: readonly unknown[]) => ({ type: 'metric', properties: { view, metrics } });

describe('the figures of a dashboard', () => {
  it('are the metrics of its widgets of single values', () => {
    const body = JSON.stringify({
      widgets: [
        { type: 'text', properties: { markdown: '# Business' } },
        widget('timeSeries', ['Torii', 'ItemsCreated', 'Service', 'catalog', { stat: 'Sum' }]),
        widget(
          'singleValue',
          ['Torii', 'SignUps', 'Service', 'identity', { label: 'Sign-ups', stat: 'Sum' }],
          ['AWS/X', 'Calls'],
          [{ expression: 'a+b' }],
        ),
      ],
    });
    expect(parseFigures(body)).toEqual([
      { label: 'Sign-ups', metric: { namespace: 'Torii', name: 'SignUps', dimensions: { Service: 'identity' } } },
      { label: 'Calls', metric: { namespace: 'AWS/X', name: 'Calls', dimensions: {} } },
    ]);
  });

  it('are none when there is no widget', () => {
    expect(parseFigures('{}')).toEqual([]);
  });
});
