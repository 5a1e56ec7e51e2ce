import type { Service } from '@torii/chassis';

/** As `runService` does it, with a service that has been started already. */
export function endOnSignal(service: Service): void {
  process.once('SIGTERM', () => {
    void service.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
