# What scoring.item_scores (score_names), linking.scored and linking.best_item do.

cdef int64_t score_names(Table t, str text, Sentence s, Scene *c, Names names, int begin, list known, sentence) except? -1:
    """scoring.item_scores of the candidates from ``begin`` on; returns the best."""
    cdef int64_t place = 0, end = 0, score, best = OUT
    cdef int n, k, m, where = -1, back = -1, ends = -1, i, j, size = 0, finish
    cdef Near[KEPT] kept
    cdef int64_t *starts = <int64_t *>malloc(2 * (s.n + 1) * sizeof(int64_t))
    cdef Name *name
    if starts == NULL:
        raise MemoryError()
    cdef int64_t *inner = starts + s.n + 1
    for k in range(s.n):
        starts[k] = inner[k] = OUT
    try:
        for n in range(begin, names.count):
            name = names.found + n
            if name.where != where or name.back != back:
                if name.where != where:
                    for k in range(s.n):
                        starts[k] = OUT
                where, back, ends = name.where, name.back, -1
                place = place_sum(t, c, where, back)
            i, j = name.first, name.last
            if i < 0:
                name.score = place + inherited_sum(t, c, where, back, known, sentence)
                continue
            finish = s.end[j - 1]
            if j != ends:
                ends = j
                end = end_sum(
                    t, s, c, where, j, of_chars(text, finish - 1, finish), tail_of(text, s.start[i], finish)
                )
            if starts[i] == OUT:
                starts[i] = start_sum(t, s, c, where, i)
            score = place + starts[i] + end
            for k in range(i + 1, j):
                if inner[k] == OUT:
                    inner[k] = 0
                    if not s.flags[k] & F_PLAIN:
                        inner[k] += t.get(N_In, s.kind[k])
                    if s.flags[k] & F_VERBAL:
                        inner[k] += t.get(N_Inv, s.word[k])
                score += inner[k]
            m = size if size < KEPT else KEPT - 1  # the best few, the later one of two alike first
            if size < KEPT or score >= kept[m].score:
                while m > 0 and score >= kept[m - 1].score:
                    kept[m] = kept[m - 1]
                    m -= 1
                kept[m].score, kept[m].n = score, n
                size = min(size + 1, KEPT)
    finally:
        free(starts)
    for k in range(size):
        name = names.found + kept[k].n
        finish = s.end[name.last - 1]
        name.score = kept[k].score + both_sum(
            t, s, c, name.where, name.first, name.last, of_chars(text, finish - 1, finish), finish - s.start[name.first]
        )
    for n in range(begin, names.count):
        best = max(best, names.found[n].score)
    return best


cdef tuple best_item(Table t, str text, Sentence s, Scene *c, Names names, list known, sentence):
    cdef int n, count
    cdef bint named = False, titled = False
    cdef tuple found
    cdef str name, other, best
    cdef int64_t top = OUT * 8, least
    beside(text, s, c, names, known)
    count = names.count
    for n in range(count):
        named = named or names.found[n].where == L or names.found[n].where == R
    if count:
        top = score_names(t, text, s, c, names, 0, known, sentence)
    if top - place_sum(t, c, C, 0) < SURE:
        in_clauses(s, c, named, names)
    if c.la == c.lb and c.left_edge == H_COLON:
        for n in range(count, names.count):
            titled = titled or names.found[n].back == 0
    if known and not titled and top - place_sum(t, c, P, 0) < SURE:
        add_inherited(known, named, s.tokens[c.at][4].quantity.unit, names)
    if names.count > count:
        top = max(top, score_names(t, text, s, c, names, count, known, sentence))
    if not names.count:
        return Candidate("N", 0, -1, -1, ""), 1.0
    least = top - FAR
    close = [n for n in range(names.count) if names.found[n].score > least]
    if len(close) == 1:
        return candidate_of(text, s, names, close[0], known), 1.0
    cdef dict odds = {}, first = {}
    cdef double total, weight, near, share, value = -1.0, most = 0.0
    for n in close:
        found = <tuple>candidate_of(text, s, names, n, known)
        name = found[4]
        odds[name] = odds.get(name, 0.0) + exp((names.found[n].score - top) / 1000.0)
        if name not in first or names.found[n].score > <int64_t>(<tuple>first[name])[0]:
            first[name] = names.found[n].score, found
    total = sum(odds.values()) or 1.0
    for share in odds.values():
        most = max(most, share)
    best = ""
    for name, weight in odds.items():
        if weight + RELATED * (total - weight) + 1e-9 < most:
            continue  # whatever is related to it, the likeliest name gains more
        near = 0.0
        for other, share in odds.items():
            if other != name and (other in name or name in other):
                near += share
        if weight + RELATED * near > value:
            best, value = name, weight + RELATED * near
    return (<tuple>first[best])[1], odds[best] / total


cdef object candidate_of(str text, Sentence s, Names names, int n, list known):
    cdef Name *name = names.found + n
    if name.first < 0:
        return new(Candidate, (PLACES[name.where], name.back, -1, -1, latest(known, name.back)[0]))
    return new(
        Candidate,
        (PLACES[name.where], name.back, name.first, name.last, text[s.start[name.first] : s.end[name.last - 1]]),
    )
