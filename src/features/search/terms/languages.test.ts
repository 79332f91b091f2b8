import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createAnalyser } from './analyse.ts'
import { familyOf } from './families.ts'
import { tokenise } from './tokenise.ts'
import { compoundParts, tokeniseDocument } from './tokenise-document.ts'

/** Does a query that says `asked` find a document of this language that says `text`, by every one of its words? */
function finds(language: string, text: string, asked: string): boolean {
  const family = familyOf(language)
  const analyse = createAnalyser(family)
  const spell = (token: { text: string }) =>
    Object.values(analyse({ ...token, start: 0, end: 0, extra: false })).join()
  const has = new Set(tokeniseDocument(text, family).map(spell))
  const words = tokenise(asked).filter(({ extra }) => !extra)
  return words.length > 0 && words.every((word) => has.has(spell(word)))
}

test.each([
  ['ar', 'والعقد', 'العقد', 'العقيد'],
  ['ar', 'مُحَمَّد', 'محمد', 'محمود'],
  ['ar', 'كتـــاب', 'كتاب', 'كاتب'],
  ['ar', 'إلى أحمد', 'الى احمد', 'الى حميد'],
  ['ar', 'سنة ٢٠٢٤', '2024', '2042'],
  ['cs', 'smlouvami', 'smlouva', 'smlčet'],
  ['da', 'kontrakterne', 'kontrakt', 'kontrast'],
  ['de', 'Straßen', 'Strasse', 'Strand'],
  ['de', 'Kündigung', 'Kuendigung', 'Kunde'],
  ['de', 'neue Mauer', 'neuer Mauern', 'Maurer'],
  ['de', 'Kündigungsfrist', 'Frist', 'Rist'],
  ['de', 'Mietvertrag', 'Vertrag', 'Ertrag'],
  ['de', 'Rechtsanwaltskanzlei', 'Anwalt', 'Walt'],
  ['de', 'Strecke', 'Strecken', 'Ecke'],
  ['el', 'ΣΥΜΒΑΣΗ', 'σύμβαση', 'συμβολή'],
  ['en', 'agreements', 'Agreement', 'agreeable'],
  ['es', 'contratación', 'contratacion', 'contrario'],
  ['fa', 'قرارداد ایران', 'قرارداد ايران', 'قرار'],
  ['fi', 'sopimuksen', 'sopimukset', 'sopia'],
  ['fr', 'œuvres', 'oeuvre', 'ouvrier'],
  ['he', 'חוֹזֶה', 'חוזה', 'חזה'],
  ['hi', 'किताबें', 'किताब', 'किताबत'],
  ['hi', 'अनुबंधों', 'अनुबंध', 'संबंध'],
  ['hi', 'लड़के', 'लडका', 'लड्डू'],
  ['hu', 'szerződések', 'szerződés', 'szerző'],
  ['it', 'contratti', 'contratto', 'contrasto'],
  ['ja', '賃貸借契約を締結する', '契約', '約契'],
  ['ja', 'ｶﾀｶﾅの税', '税 カタカナ', '額'],
  ['km', 'កិច្ចសន្យាជួល', 'សន្យា', 'សន្យាយ'],
  ['ko', '계약서를 작성', '계약', '계획'],
  ['lo', 'ສັນຍາເຊົ່າ', 'ສັນຍາ', 'ສັນຍານ'],
  ['my', 'ငှားရမ်းစာချုပ်', 'စာချုပ်', 'စာအုပ်'],
  ['nb', 'avtalene', 'avtale', 'avta'],
  ['nl', 'huurovereenkomst', 'overeenkomst', 'komst'],
  ['nl', 'arbeidscontracten', 'contract', 'contrast'],
  ['pl', 'Łódź', 'lodz', 'lody'],
  ['pt', 'rescisões', 'rescisoes', 'receita'],
  ['ru', 'договорами', 'договор', 'дорога'],
  ['ru', 'ёлка', 'елка', 'йолка'],
  ['ru', 'чайка', 'чайки', 'чаинка'],
  ['sv', 'avtalen', 'avtal', 'avta'],
  ['th', 'สัญญาเช่าสิ้นสุด', 'เช่า', 'เช้า'],
  ['tr', 'IŞIK', 'ışık', 'aşık'],
  ['tr', 'kitapları', 'kitap', 'kita'],
  ['zh', '解除合同的通知', '合同', '同合'],
  ['zh', '所得税法', '税', '锐'],
  ['zh', 'Ｆｕｌｌ合同', 'full', 'fill'],
])('in %s, %s is found by %s and not by %s', (language, text, asked, other) => {
  expect(finds(language, text, asked)).toBe(true)
  expect(finds(language, text, other)).toBe(false)
})

const partsOf = (text: string, family: string) =>
  compoundParts(tokenise(text), family).map(({ start, end }) => text.slice(start, end))

test.each([
  ['de', 'Datenschutzerklärung', ['Daten', 'schutz', 'erklärung']],
  ['de', 'Vertragsverlängerungen', ['Vertrag', 'verlängerungen']],
  ['de', 'Verantwortung Unternehmen Gesellschaft Geschichte', []],
  ['nl', 'Huurovereenkomst', ['Huur', 'overeenkomst']],
  ['nl', 'Verantwoordelijkheid', []],
  ['en', 'Kündigungsfrist', []],
])('in %s, %s has the parts %j', (family, text, parts) => {
  expect(partsOf(text, family)).toEqual(parts)
})

test('a word made of endings costs little more than others: no cut is tried twice', () => {
  const words = Array.from(
    { length: 2000 },
    (_, i) => `${'ernstern'.repeat(5)}${'abcdefghij'.charAt(i % 10)}`,
  ).join(' ')
  const before = process.cpuUsage()
  tokeniseDocument(words, 'de')
  expect(process.cpuUsage(before).user / 1e6, 'seconds of processor time').toBeLessThan(5)
})

/**
 * Stored blocks hold terms as they were made: another digest here means that what is stored cannot be found any more, until
 * `blockFormat` is raised and it is made anew in the background.
 */
test('texts have the terms that stored blocks have', () => {
  const texts = {
    ar: 'والعقد بين أحمد ومُحَمَّد سنة ٢٠٢٤',
    de: 'Die Kündigungsfristen des Mietvertrags in der Straße',
    el: 'Η ΣΥΜΒΑΣΗ λήγει',
    en: 'Either party may terminate these agreements by notice',
    es: 'La contratación terminará mañana',
    hi: 'किताबों के अनुबंध और लड़के',
    ja: '賃貸借契約を締結する',
    nl: 'De huurovereenkomst eindigt',
    ru: 'Все ёлки и договорами',
    th: 'สัญญาเช่าสิ้นสุด',
    tr: 'IŞIK kitapları',
    zh: '解除合同的通知',
  }
  const digest = createHash('sha256')
  for (const [language, text] of Object.entries(texts)) {
    const family = familyOf(language)
    for (const { high, low } of tokeniseDocument(text, family).map(createAnalyser(family)))
      digest.update(`${high}.${low} `)
  }
  expect(digest.digest('hex')).toBe('9abdc5c33e546a6be2161bcdf501f33bd0a3836b212d71c102d1472bef1dbd38')
})
