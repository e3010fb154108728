# What candidates.py, tokens.py, guess.py and features.Scene do: set_scene is candidates.around and Scene, pattern_of
# features._pattern, set_guess guess.guess, listed whether tokens.parallel finds a list; add_spans, add_ending and
# add_inherited are _spans, _ending and inherited of candidates.py.

cdef struct Scene:  # features.Scene
    int at, la, lb, ra, rb, left_length, guessed, guessed_end, guessed_right, nearest
    bint has_noun, partly
    bint[7] placed
    int64_t[7] place
    Hash left_edge, right_edge, last_kind, last_word, first_kind, first_word, first_left, unit, units, pattern, reading


cdef Hash H_NO = of_text("-"), H_L = of_text("L"), H_R = of_text("R"), H_P = of_text("P")
cdef Hash[2][3] READINGS
for _n in range(2):
    for _b in range(3):
        READINGS[_n][_b] = of_text("0n"[_n] + "-ev"[_b])
cdef dict UNITS = {}  # unit → its hash and that of its class


cdef tuple unit_hashes(unit):
    found = UNITS.get(unit)
    if found is None:
        if len(UNITS) >= REMEMBERED:
            UNITS.clear()
        found = UNITS[unit] = (of_text(unit), of_text(unit_class(unit)))
    return <tuple>found


cdef int set_scene(Sentence s, Scene *c, int at, list known, sentence) except -1:
    cdef int i, j, depth = 0, n
    for i in range(7):
        c.placed[i] = False
    i = at - 1
    while i >= 0 and not s.flags[i] & (F_MARK | F_COUNT):
        if s.flags[i] & F_CLOSE:
            depth += 1
        elif s.flags[i] & F_OPEN:
            if depth == 0:
                break
            depth -= 1
        i -= 1
    c.at, c.la, c.lb = at, i + 1, at
    c.left_edge = H_START if i < 0 else s.mark(i)
    i, depth = at + 1, 0
    while i < s.n and not s.flags[i] & (F_MARK | F_COUNT):
        if s.flags[i] & F_OPEN:
            depth += 1
        elif s.flags[i] & F_CLOSE:
            if depth == 0:
                break
            depth -= 1
        i += 1
    c.ra, c.rb = at + 1, i
    c.right_edge = H_END if i >= s.n else s.mark(i)
    unit = s.tokens[at][4].quantity.unit
    c.unit, c.units = unit_hashes(unit)
    c.left_length = c.lb - c.la
    c.first_left = s.word[c.la] if c.lb > c.la else H_NONE
    c.last_kind = c.last_word = c.first_kind = c.first_word = H_NONE
    if c.lb > c.la:
        c.last_kind, c.last_word = s.kind[c.lb - 1], s.word[c.lb - 1]
    if c.rb > c.ra:
        c.first_kind, c.first_word = s.kind[c.ra], s.word[c.ra]
    c.has_noun = s.any(F_NOUN, c.la, c.lb)
    set_guess(s, c)
    i = c.ra
    while i < c.rb and (i == c.ra or not s.flags[i] & F_ENDS):
        i += 1
    c.guessed_right = i
    c.pattern = pattern_of(s, at, known, sentence)
    c.nearest, c.partly = -1, False
    cdef int many = len(known)
    for n in range(many):
        if latest(known, n)[1] == unit:
            c.nearest = n
            break
    for j in range(c.la, c.lb):
        if s.wflags[j] & W_AMONG:
            c.partly = True
            break
    return 0


cdef Hash pattern_of(Sentence s, int at, list known, sentence) except? 0:
    if not known or latest(known, 0)[2] != sentence:
        return H_NO
    cdef int start = latest(known, 0)[3], i = at - 1
    while i >= 0 and not s.flags[i] & F_COUNT:
        i -= 1
    if i < 0:
        return H_NO
    if start > s.start[i]:
        return H_R
    i -= 1
    while i >= 0 and not s.flags[i] & (F_COUNT | F_MARK):
        i -= 1
    return H_L if i < 0 or start >= s.start[i] else H_P


cdef void set_guess(Sentence s, Scene *c) noexcept:
    cdef int a = c.la, b = c.lb, verb = -1, i
    while b > a and s.flags[b - 1] & F_SKIPPED:
        b -= 1
    while a < b and (s.flags[a] & F_LEADING or s.wflags[a] & W_AND):
        a += 1
    for i in range(b - 1, a - 1, -1):
        if s.flags[i] & F_OF:
            break
        if s.flags[i] & F_GUESS_DOING:
            verb = i
            break
    if verb < 0:
        while b - a > 1 and s.flags[a] & F_WIDE:
            a += 1
    elif verb + 1 < b:
        a = verb + 1
        while a < b and s.flags[a] & F_THIN:
            a += 1
    else:
        b = verb
        while b > a and s.flags[b - 1] & F_TRAILING:
            b -= 1
        while b - a > 1 and s.flags[a] & F_BEFORE:
            a += 1
    c.guessed, c.guessed_end = a, b
    c.reading = READINGS[b > a][0 if verb < 0 else 1 if verb >= b else 2]


cdef bint listed(Sentence s, int at) noexcept:
    """Whether the count stands in a list of counts (tokens.parallel finds more than one)."""
    cdef int step, j
    for step in (-1, 1):
        j = at + step
        while 0 <= j < s.n and (s.flags[j] & F_COMMA or s.wflags[j] & W_AND):
            j += step
        if j != at + step and 0 <= j < s.n and s.flags[j] & F_COUNT:
            return True
    return False


cdef int beside(str text, Sentence s, Scene *c, Names names, list known) except -1:
    cdef int begin, end, i, stop
    cdef list out
    if listed(s, c.at):
        out = []
        alone = _parallel(text, s.tokens, c.at, known, out)
        for where, back, first, last, _ in out:
            names.add(PLACES.index(where), back, first, last)
        if alone:
            return 0
    begin, end = c.la, c.lb
    if c.left_edge == H_COUNT and known and <int>latest(known, 0)[3] > s.start[begin - 1]:
        stop = latest(known, 0)[4]
        while begin < end and s.start[begin] < stop:
            begin += 1
    add_spans(s, L, 0, begin, end, end - BEFORE_ENDS, end, BEFORE_LENGTH, names)
    begin, end = c.ra, c.rb
    for i in range(begin + 1, end):
        if s.flags[i] & F_BREAKS and not s.any(F_OF, i, end):
            end = i
            break
    add_spans(s, R, 0, begin, end, begin, begin + BEHIND_STARTS + 1, BEHIND_LENGTH, names)
    return 0


cdef int in_clauses(Sentence s, Scene *c, bint named, Names names) except -1:
    cdef int before = c.la, back = 0, first, last
    while before > 0 and back < (1 if named else 3):
        last = before - 1
        while last >= 0 and s.flags[last] & (F_MARK | F_COUNT | F_OPEN | F_COMMA):
            last -= 1
        if last < 0:
            break
        first = last
        while first >= 0 and not s.flags[first] & (F_MARK | F_COUNT):
            first -= 1
        add_spans(s, C, back, first + 1, last + 1, last + 1 - CLAUSE_ENDS + back, last + 1, CLAUSE_LENGTH, names)
        before = first + 1
        back += 1
    return 0


cdef int add_spans(
    Sentence s, int where, int back, int begin, int end, int last_floor, int first_limit, int length, Names names
) except -1:
    cdef int last
    for last in range(end, max(begin, last_floor), -1):
        add_ending(s, where, back, last, max(begin, last - length), min(first_limit, last), names)
    return 0


cdef int add_ending(Sentence s, int where, int back, int last, int floor, int stop, Names names) except -1:
    cdef int head = last - 1, first, depth = 0, quotes = 0
    cdef uint32_t f, w
    if s.wflags[head] & W_CLOSING or s.flags[head] & F_UNFINISHED:
        return 0
    cdef bint closed = s.flags[head] & F_NEVER_LAST != 0
    cdef bint counted = where == L and s.flags[head] & F_DONE and last < s.n and s.flags[last] & F_COUNT
    cdef bint satisfied = s.wflags[head] & W_SATISFIED != 0, empty = where != R, single
    for first in range(head, floor - 1, -1):
        f, w = s.flags[first], s.wflags[first]
        if f & (F_OPEN | F_CLOSE | F_QUOTE | F_UNQUOTE):
            if f & F_CLOSE:
                depth += 1
            elif f & F_OPEN:
                depth -= 1
            elif f & F_UNQUOTE:
                quotes += 1
            else:
                quotes -= 1
            if depth < 0 or quotes < 0:
                return 0
        empty = empty and f & F_EMPTY
        if w & W_INSIDE and where != R:
            return 0
        if first >= stop or depth or quotes or f & F_NEVER_OPENING or w & W_FIRST:
            continue
        single = last - first == 1
        if f & F_TIME and last - first == 2 and s.flags[head] & F_OF:
            continue
        if (f & F_TIME and not w & W_YEAR) or (not single and w & W_WHOSE):
            continue
        if satisfied and first > 1 and s.wflags[first - 1] & W_TO:
            continue
        if not (counted and f & F_DONE) and (closed or empty or (single and f & F_NEVER_ALONE)):
            continue
        names.add(where, back, first, last)
    return 0


cdef int add_inherited(list known, bint named, unit, Names names) except -1:
    cdef int back, many = len(known)
    cdef tuple earlier
    cdef set seen = set()
    for back in range(min(BACK, many)):
        earlier = latest(known, back)
        if earlier[0] not in seen and (not named or back < 2 or earlier[1] == unit):
            seen.add(earlier[0])
            names.add(P, back, -1, -1)
    return 0
