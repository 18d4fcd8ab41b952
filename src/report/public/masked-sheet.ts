/** The records of a rap sheet seen through a mask, as those of a report are. */
import type { Answer, Block } from '../../model.ts';
import type { Omission, RapSheetRecords, SheetBan, SheetEvidence, SheetFinding } from '../rap-sheet/sheet-records.ts';
import { type Mask, maskedEvidence } from './mask.ts';
import { each, maskedBan, maskedReason, maskedTally } from './masked-records.ts';

export function maskedSheet(records: RapSheetRecords, mask: Mask): RapSheetRecords {
  // What became of a ban is recorded under the names that nobody is told.
  const real = new WeakMap<SheetBan, SheetBan>();
  const seen = (ban: SheetBan): SheetBan => {
    const masked = { ...maskedBan(ban, mask), reason: maskedReason(ban.reason, mask) };
    real.set(masked, ban);
    return masked;
  };
  return {
    bansOf: (subject) => each(records.bansOf(subject), seen),
    talliesOf: (subject) => each(records.talliesOf(subject), (tally) => maskedTally(tally, mask)),
    evidenceOf: (subject) => each(records.evidenceOf(subject), (line) => maskedLine(line, mask)),
    findingsOf: (subject) => each(records.findingsOf(subject), (finding) => maskedFinding(finding, mask)),
    neighborsOf: (neighborhood) => each(records.neighborsOf(neighborhood), (ban) => maskedBan(ban, mask)),
    effectsOf: (ban) => {
      const { blocks, releases } = records.effectsOf(real.get(ban) ?? ban);
      return {
        blocks: blocks.map((block) => maskedBlock(block, mask)),
        releases: releases.map((release) => ({ ...release, why: '' })),
      };
    },
    // Whom one writes to is nobody's business.
    reportsOf: () => [],
    omissions: () => records.omissions().map((omission) => maskedOmission(omission, mask)),
  };
}

function maskedLine(line: SheetEvidence, mask: Mask): SheetEvidence {
  return { ...maskedEvidence(line, mask), ban: line.ban, host: mask.host(line.host) };
}

function maskedFinding(finding: SheetFinding, mask: Mask): SheetFinding {
  const { address, source, answer } = finding;
  return {
    ...finding,
    address: mask.address(address),
    source: mask.words(source),
    answer: maskedAnswer(answer, mask),
  };
}

function maskedAnswer(answer: Answer, mask: Mask): Answer {
  const words = (text: string | undefined): string | undefined => (text === undefined ? undefined : mask.words(text));
  switch (answer.about) {
    case 'reverse-name':
      return { ...answer, names: answer.names.map((one) => ({ ...one, name: mask.words(one.name) })) };
    case 'registration':
      return {
        ...answer,
        name: words(answer.name),
        holder: words(answer.holder),
        abuse: answer.abuse.map((mail) => mask.words(mail)),
      };
    case 'listings':
      return {
        ...answer,
        lists: answer.lists.map(({ list, codes }) => ({ list, codes: codes.map((code) => mask.words(code)) })),
      };
    default:
      return answer;
  }
}

function maskedBlock(block: Block, mask: Mask): Block {
  return block.state === 'blocked' || block.state === 'dry-run' ? block : { ...block, why: mask.words(block.why) };
}

function maskedOmission(omission: Omission, mask: Mask): Omission {
  switch (omission.of) {
    case 'tallies':
      return { ...omission, from: mask.subject(omission.from) };
    case 'neighbors':
      return { ...omission, where: mask.words(mask.subject(omission.where)) };
    default:
      return omission;
  }
}
