import { type Problem } from './problem';

/** What is wrong with the countries of a subject; `path` is that of the object that has the subject. */
export function countryProblems(path: string, countries: readonly string[] = []): Problem[] {
  return countries.flatMap((country, index) =>
    typeof country !== 'string' || /^[A-Za-z]{2}$/.test(country)
      ? []
      : [
          {
            path: `${path}.subject.countries[${index}]`,
            value: JSON.stringify(country),
            message: 'A country in a certificate has two letters',
            remedy: 'Write its code, such as DE or US',
          },
        ],
  );
}
