import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { readModel } from './read-model.ts'
import { createSplitter, type SplitPieces } from './split-pieces.ts'

let split: SplitPieces
beforeAll(async () => {
  const model = fileURLToPath(new URL('../../../../models/static-256', import.meta.url))
  split = createSplitter((await readModel(model)).vocabulary)
})

/** Texts with the numbers that the reference gives them (tokenizers 0.23.3 and @huggingface/tokenizers 0.2.0 agree). */
const reference: [text: string, pieces: number[]][] = [
  ['The lease ends on 31 December 2024.', [1996, 10084, 4515, 2006, 2861, 2285, 16798, 2549, 1012]],
  ['', []],
  ['   \u0009\u000d\u000a ', []],
  ['naïve café Ångström', [15743, 7668, 17076, 15687]],
  ['ÇA VA? Weiß STRASSE', [6187, 12436, 1029, 11417, 19310, 2358, 8180, 3366]],
  [
    'INV-2024/0815 costs $1,000.50 (net)',
    [
      1999, 2615, 1011, 16798, 2549, 1013, 5511, 16068, 5366, 1002, 1015, 1010, 2199, 1012, 2753, 1006, 5658,
      1007,
    ],
  ],
  [
    'e-mail: a.b+c@example.org',
    [1041, 1011, 5653, 1024, 1037, 1012, 1038, 1009, 1039, 1030, 2742, 1012, 8917],
  ],
  ["don't can’t “quoted” —dash…", [2123, 1005, 1056, 2064, 1521, 1056, 1523, 9339, 1524, 1517, 11454, 1529]],
  ['黑豹队以 308 分', [100, 100, 100, 100, 24232, 1775]],
  ['日本語テキスト', [1864, 1876, 1950, 1713, 30227, 30233, 30240]],
  ['한국어 문서', [1469, 30006, 30021, 29991, 30014, 30020, 29999, 30008, 1459, 30014, 30021, 29997, 30008]],
  ['नोटिस की अवधि', [1327, 29879, 29856, 29877, 29874, 1315, 29878, 1311, 29871, 29862, 29877]],
  [
    'الإشعار المسبق',
    [1270, 23673, 25573, 29825, 29830, 25573, 17149, 1270, 23673, 22192, 29824, 29816, 29834],
  ],
  [
    'Срок уведомления',
    [1196, 16856, 14150, 23925, 1198, 25529, 15290, 29742, 14150, 29745, 29436, 15290, 18947, 23483],
  ],
  ['İstanbul ISPARTA', [9960, 2003, 19362, 2696]],
  ['ﬁnance ½ ①', [1984, 7229, 3401, 1092, 100]],
  ['zero\u200bwidth soft\u00adhyphen \ufeffmark', [5717, 9148, 11927, 2232, 3730, 10536, 8458, 2368, 2928]],
  ['null\u0000 bell\u0007 \ufffd', [19701, 4330]],
  ['no\u00a0break\u2003em\u3000wide', [2053, 3338, 7861, 2898]],
  ['🚰 water 👩\u200d🔬', [100, 2300, 100]],
  [
    'supercalifragilisticexpialidocious antidisestablishmentarianism',
    [
      3565, 9289, 10128, 29181, 24411, 4588, 10288, 19312, 21273, 10085, 6313, 3424, 10521, 4355, 7875, 13602,
      3672, 12199, 2964,
    ],
  ],
  ['x'.repeat(100), [22038, ...Array<number>(49).fill(20348)]],
  ['x'.repeat(101), [100]],
  ['😀'.repeat(60), [100]],
  [
    'a'.repeat(60) + 'é'.repeat(40),
    [
      13360, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057,
      11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 11057, 6679,
      4402, 4402, 4402, 4402, 4402, 4402, 4402, 4402, 4402, 4402, 4402, 4402, 4402, 4402, 4402, 4402, 4402,
      4402, 4402, 2063,
    ],
  ],
  [
    '##ing # ing [ UNK ] unaffable',
    [1001, 1001, 13749, 1001, 13749, 1031, 4895, 2243, 1033, 14477, 20961, 3468],
  ],
  ['ς σ ὀδυσσεύς', [1172, 1173, 1169, 29722, 29735, 29733, 29733, 29723, 29735, 19579]],
  [
    'a^b`c|d~e<f>g=h+i$j',
    [
      1037, 1034, 1038, 1036, 1039, 1064, 1040, 1066, 1041, 1026, 1042, 1028, 1043, 1027, 1044, 1009, 1045,
      1002, 1046,
    ],
  ],
  ['豈 丽 アー', [100, 100, 1693, 30265]],
  ['Ǆ ǅ ﬀ ﬃ', [100, 100, 100, 100]],
  ['e\u0301 a\u0308\u0323', [1041, 1037]],
  ['\u2028line\u2029par\u0085next\u000bvt', [2240, 11968, 2638, 18413, 2615, 2102]],
]

test.each(reference)('%j is split as the reference splits it', (text, pieces) => {
  expect(split(text)).toEqual(pieces)
})

test('no text spells a piece with a meaning of its own to a model', () => {
  const special = new Set([0, 101, 102, 103])
  expect(split('[CLS] [SEP] [MASK] [PAD]').filter((piece) => special.has(piece))).toEqual([])
})
