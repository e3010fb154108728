# What actions.py and linking.best_verb do.

cdef Hash N_w = of_text("w"), N_wu = of_text("wu"), N_base = of_text("base"), N_word = of_text("word")
cdef Hash N_If = of_text("If"), N_Il = of_text("Il"), N_Ifk = of_text("Ifk"), N_Ide = of_text("Ide")

cdef tuple VERB_PLACES = ("0", "A", "B", "C", "I", "J", "M", "P0", "P1")
cdef enum VerbPlace:
    V_NONE, V_A, V_B, V_C, V_I, V_J, V_M, V_P, V_P1

cdef struct VerbNames:  # names of the templates of a verb by its place and that of the name
    Hash where, base, it, any, w, wu, k, su, si, se, n, p, f, c, bc, bb, ij, nw, d, dk, de, e, x

cdef VerbNames[9][7] VERB_NAMES
cdef Hash[256] VERB_SETS  # the places that have a verb, as one word


cdef void name_verbs():
    cdef VerbNames *v
    cdef int i, j
    for i in range(9):
        for j in range(7):
            v, where, k, b = &VERB_NAMES[i][j], VERB_PLACES[i], VERB_PLACES[i][0], VERB_PLACES[i][0] + PLACES[j]
            v.where, v.base = of_text(where), of_text(b)
            v.it, v.any = of_text(k + "it"), of_text(b + "any")
            v.w, v.wu, v.k = of_text(k + "w"), of_text(k + "wu"), of_text(k + "k")
            v.su, v.si, v.se = of_text(where + "su"), of_text(where + "si"), of_text(where + "se")
            v.n, v.p, v.f = of_text(where + "n"), of_text(where + "p"), of_text(where + "f")
            v.c, v.bc, v.bb = of_text(k + "c"), of_text(b + "c"), of_text(b + "b")
            v.ij, v.nw = of_text(b + "ij"), of_text(k + "nw")
            v.d, v.dk, v.de = of_text(b + "d"), of_text(b + "dk"), of_text(b + "de")
            v.e, v.x = of_text(b + "e"), of_text(b + "x")
    for i in range(256):
        VERB_SETS[i] = of_text("".join([VERB_PLACES[j][0] for j in range(8) if i & 1 << j]))


name_verbs()


cdef object best_verb(Table t, Sentence s, Scene *c, tuple item, list known, sentence):
    cdef int first = item[2], last = item[3], i, n, a, b, count = 0, best = 0, back, place = PLACES.index(item[0])
    cdef int64_t score, top = 0
    cdef int *wheres = <int *>malloc(2 * (s.n + 3) * sizeof(int))
    if wheres == NULL:
        raise MemoryError()
    cdef int *at = wheres + s.n + 3
    try:
        wheres[0], at[0], count = V_NONE, -1, 1
        for i in range(c.la, c.lb):
            if s.flags[i] & F_VERBAL:
                wheres[count], at[count] = V_I if first <= i < last else V_B if 0 <= i < first else V_M, i
                count += 1
        for i in range(c.ra, min(c.rb, c.ra + 10)):
            if s.flags[i] & F_VERBAL:
                wheres[count], at[count] = V_J if first <= i < last else V_A, i
                count += 1
        b = c.la - 1
        while b >= 0 and s.flags[b] & (F_MARK | F_COUNT | F_OPEN | F_COMMA):
            b -= 1
        if b >= 0:
            a = b
            while a >= 0 and not s.flags[a] & (F_MARK | F_COUNT):
                a -= 1
            for i in range(a + 1, b + 1):
                if s.flags[i] & F_VERBAL:
                    wheres[count], at[count] = V_I if first <= i < last else V_C, i
                    count += 1
        for back in range(min(2, <int>len(known))):
            if latest(known, back)[5]:
                wheres[count], at[count] = V_P + back, -1
                count += 1
        for n in range(count):
            score = verb_sum(t, s, c, item, place, wheres, at, count, n, known, sentence)
            if n == 0:
                score -= SHY
            elif place == R and wheres[n] == V_B and at[n] == c.lb - 1:
                score += GOVERNS
            if n == 0 or score > top:
                top, best = score, n
        a, i = wheres[best], at[best]
    finally:
        free(wheres)
    return new(Verb, (VERB_PLACES[a], i, s.tokens[i][2] if i >= 0 else latest(known, a - V_P)[5] if best else ""))


cdef int64_t verb_sum(
    Table t, Sentence s, Scene *c, tuple item, int place, int *wheres, int *at, int count, int n, list known, sentence
) except? -1:
    cdef int where = wheres[n], i = at[n], k, index = 0, alike = 0, begin, end
    cdef VerbNames *v = &VERB_NAMES[where][place]
    cdef Hash word = H_EMPTY, classes = t0(0), kind, before, behind, units = c.units, gap
    cdef str name = item[4]
    cdef int length = len(name), present = 0
    for k in range(count):
        present |= 1 << min(wheres[k], <int>V_P)
        if wheres[k] == where:
            alike += 1
            index += at[k] < i
    cdef int64_t total = t.get(N_w, v.where) + t.get(N_wu, t2(v.where, units)) + t.get(N_base, v.base)
    total += t.get(v.it, of_chars(name, max(0, length - 1), length)) + t.get(v.any, VERB_SETS[present])
    cdef tuple earlier = None
    if i >= 0:
        word, classes = s.word[i], s.classes[i]
    elif where >= V_P:
        earlier = latest(known, where - V_P)
        word, classes = of_text(earlier[5]), of_key(verb_classes().get(earlier[5], ()))
    total += t.get(v.w, word) + t.get(v.wu, t2(word, units)) + t.get(N_word, word) + t.get(v.k, classes)
    if i < 0:
        if earlier is not None:
            total += t.get(v.su, of_int(of_text(earlier[1]) == c.unit)) + t.get(v.si, of_int(earlier[0] == name))
            total += t.get(v.se, t2(of_int(earlier[2] == sentence), c.left_edge))
            total += t.get(v.n, t2(of_int(min(3, c.left_length)), c.left_edge))
            total += t.get(v.p, t2(of_text(PLACES[place]), of_int(item[1]))) + t.get(v.f, c.first_left)
        return total
    kind, before = s.kind[i], s.kind[i - 1] if i else H_START
    behind = s.kind[i + 1] if i + 1 < s.n else H_END
    total += t.get(v.c, kind) + t.get(v.bc, t2(kind, behind)) + t.get(v.bb, t2(before, kind)) + t.get(v.n, behind)
    total += t.get(v.ij, t3(of_int(min(index, 3)), of_int(min(alike - index, 3)), kind)) + t.get(v.nw, t2(word, behind))
    begin, end = item[2], item[3]
    if where == V_B or where == V_M:
        gap = of_int(min((begin if where == V_B else c.lb) - i - 1, 4))
        total += t.get(v.d, gap) + t.get(v.dk, t2(gap, kind))
        if behind == H_OF:
            total += t.get(v.de, of_int(1))
    elif where == V_A or where == V_J:
        total += t.get(v.d, of_int(min(i - c.ra, 5))) + t.get(v.e, of_int(c.rb - i == 1))
        total += t.get(v.x, of_int(i - (end if place == R else c.ra)))
    elif where == V_I:
        total += t.get(N_If, of_int(i == begin)) + t.get(N_Il, of_int(i == end - 1))
        total += t.get(N_Ifk, t2(of_int(i == begin), kind))
        total += t.get(N_Ide, t2(of_int(s.any(F_OF, i, end)), of_int(i == begin)))
    return total
