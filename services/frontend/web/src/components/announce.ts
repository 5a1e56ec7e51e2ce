import { notifications } from '@mantine/notifications';

/** Tells that something worked, without interrupting a screen reader. */
export function announce(message: string): void {
  notifications.show({ color: 'teal', message, role: 'status' });
}

/** Tells that something failed where there is no room for an alert beside it. */
export function announceFailure(message: string): void {
  notifications.show({ color: 'red', message });
}
