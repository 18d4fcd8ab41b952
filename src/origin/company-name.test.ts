import { describe, expect, it } from 'vitest';
import { comparableName } from './company-name.ts';

describe('comparableName', () => {
  it.each([
    ['Censys, Inc.', 'CENSYS INC', 'censys'],
    ['Datacamp, Limited', 'Datacamp Limited', 'datacamp'],
    ['HOSTKEY B.V.', 'Hostkey BV', 'hostkey'],
    ['Hangzhou Alibaba Advertising Co.,Ltd.', 'Hangzhou Alibaba Advertising Co. Ltd', 'hangzhou alibaba advertising'],
    ['ONLINE S.A.S.', 'Online SAS', 'online'],
    ['Cheapy.host, LLC', 'CHEAPY HOST', 'cheapy host'],
    ['AS-CHOOPA', 'as choopa', 'as choopa'],
    ['Größte GmbH', 'GRÖSSTE GMBH'.replace('SS', 'ß'), 'größte'],
    ['Huawei International Pte. Ltd.', 'HUAWEI INTERNATIONAL', 'huawei international'],
    ['Internet Utilities Europe & Asia', 'Internet Utilities Europe  Asia', 'internet utilities europe asia'],
  ])('finds %s and %s the same', (one, other, comparable) => {
    expect(comparableName(one)).toBe(comparable);
    expect(comparableName(other)).toBe(comparable);
  });

  it.each([
    ['Censys', 'Censys Labs'],
    ['1&1 IONOS', '11 IONOS'],
    ['Google', 'Google Fiber'],
    ['DIGITALOCEAN-ASN', 'DigitalOcean'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(comparableName(one)).not.toBe(comparableName(other));
  });

  it('leaves a name that is nothing but a legal form', () => {
    expect(comparableName('SAS')).toBe('sas');
    expect(comparableName('Co., Ltd.')).toBe('co');
    expect(comparableName('...')).toBe('');
  });
});
