/**
 * Names of tables end with names of services, which an import may have brought from elsewhere: no path is made of them,
 * and no two of them become one.
 */
export function fileNameOf(name: string): string {
  return name.replace(/[^a-z0-9-]/g, (character) => `_${character.charCodeAt(0).toString(16)}`);
}
