/**
 * Words that ask, and say nothing of what is asked for. Without them a long question would need evidence for "what is
 * the" as well. One list for all languages: a content word of one that asks in another is rare enough.
 */
const asking = new Set(
  `a an the of to in on at by for from with as it its this that and or not no if into such their then there
  they will but what which who whom whose when where why how does do did is are was were be been has have
  had can could will would shall should may might must much many long often far old tell me us my our your
  you we i please there any give show explain describe list name about give gives given gave make makes made
  take takes taken took get gets got put under according these those its than them also say says happen
  happens
  was welche welcher welches wer wen wem wessen wann wo warum wie wieso hat haben hatte kann können wird werden wurde
  sind ist war waren gibt es dem den der die das ein eine einen einer eines und oder viel viele lange muss müssen darf
  qué que cuál cual cuáles quién quien cuándo cuando dónde donde por cómo como cuánto cuanto cuántos es son fue era
  tiene tienen puede pueden el la los las un una unos unas de del y o en hay
  quel quelle quels quelles qui quoi quand où pourquoi comment combien est sont était peut peuvent le les un une des du
  che cosa quale quali chi dove perché come quanto quanti è sono ha hanno può il lo gli di
  wat welk welke wie wanneer waar waarom hoe heeft hebben kan kunnen wordt worden zijn het een de van
  o quê quais quem onde porque quanto são tem têm pode podem os as um uma do da dos das`
    .split(/\s+/)
    .filter(Boolean),
)

export function isAskingWord(word: string): boolean {
  return asking.has(word)
}
