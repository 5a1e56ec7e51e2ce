import { describe, expect, it } from '@jest/globals';
import { PUBLISHERS } from '@torii/contracts';
import { getEnvironment } from '../../infra/src/environments.ts';
import { assertRoom } from './database-room.ts';

describe('the room in the database', () => {
  const environments = [getEnvironment('dev'), getEnvironment('prod')];

  it('is there for the services that there are', () => {
    expect(() => assertRoom(environments, PUBLISHERS.length)).not.toThrow();
  });

  it('is missed before anything is written, with what to change and where', () => {
    expect(() => assertRoom(environments, 1000)).toThrow(
      /no room for the connections of 1000 backends\. dev would have up to \d+ connections, and its \S+ takes \d+; prod .* infra\/src\/environments\.ts\. Nothing was written\.$/,
    );
  });
});
