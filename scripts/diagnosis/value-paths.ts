/** Where the settings of a container of our charts are among the values. */
export const VALUE_PATHS: Readonly<Record<string, string>> = {
  backend: 'backend',
  frontend: 'frontend',
  postgres: 'database',
};
