const SECRET =
  /token|passw|passphrase|secret|padlock|(?:^|[._-])key|key$|signature|(?:^|[._-])sig$|secure|cookie|session|auth(?!or)|jwt|(?:^|[._-])code$|credential|ticket|upload_url/i;
const PERSONAL = /user_?name|^user$|e-?mail/i;

/**
 * True for the name of a value that opens something, or tells who somebody is.
 *
 * @see rule CAPTURE-4
 */
export function isSecretName(name: string): boolean {
  return SECRET.test(name) || PERSONAL.test(name);
}
