import { field, rendered } from '../support/render';
import { proxysqlResource } from '../support/resource';

const TRACKING = 'argocd.argoproj.io/instance';
const tracked = {
  ...proxysqlResource(),
  metadata: { ...proxysqlResource().metadata, labels: { team: 'shop', [TRACKING]: 'proxies' } },
};

test('given a label by which Argo CD knows what it applied, then no object that it did not apply has it, nor a Secret made of one', () => {
  const objects = rendered({}, { proxysql: tracked });
  const labels = objects.flatMap((object) => [object.metadata.labels, field(object, 'spec.secretTemplate.labels')]);
  const given = labels.filter((some) => some !== undefined);
  expect(given.length).toBeGreaterThan(objects.length);
  given.forEach((some) => {
    expect(some).toHaveProperty('team');
    expect(some).not.toHaveProperty([TRACKING]);
  });
});

test('then pods keep it, since another template would replace them all', () => {
  const statefulSet = rendered({}, { proxysql: tracked }).find(({ kind }) => kind === 'StatefulSet');
  expect(field(statefulSet, 'spec.template.metadata.labels')).toHaveProperty([TRACKING]);
});
