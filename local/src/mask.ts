// What the console and the traces must not show. Processes mask their own logs by the fields they know to be personal;
// this is the second net, by shape, as CloudWatch's data protection is in AWS.
const EMAIL = /(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g;
const TOKEN = /(?<![\w.-])eyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g;
const BEARER = /\b(Bearer|Basic)\s{1,4}[\w.~+/=-]{8,}/gi;

export function maskText(text: string): string {
  return text.replace(EMAIL, '[masked e-mail]').replace(TOKEN, '[masked token]').replace(BEARER, '$1 [masked token]');
}
