// What the address that hears of alarms has got: the inbox of the console.
import type { PlatformFile } from './platform.ts';

/** `alarmEmail` of the dev stage. */
const ADDRESS = 'developers@example.com';

/** Newest first; whole texts. @param about part of a text that it must have */
export async function findAlarmMails(platform: PlatformFile, about: string): Promise<readonly string[]> {
  const response = await fetch(`${platform.mail}?to=${encodeURIComponent(ADDRESS)}`, { headers: { accept: 'application/json' } });
  return parseTexts(await response.text()).filter((text) => text.includes(about));
}

function parseTexts(json: string): readonly string[] {
  const { messages } = JSON.parse(json) as { readonly messages: readonly { readonly text: string }[] };
  return messages.map(({ text }) => text);
}
