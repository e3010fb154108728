# cython: language_level=3, cdivision=True
"""The compiled twin of candidates, features, scoring and actions: the same names and verbs for the same weights.

Built where there is a C compiler (hatch_build.py); without it the Python modules do the same work. What they say holds:
every function here names the one it repeats, and tests/test_native.py compares the two on the whole corpus. A feature is
looked up by a hash of its template and key instead of a dictionary of tuples, and nothing is remembered between texts.
"""

from cpython.unicode cimport PyUnicode_GET_LENGTH, PyUnicode_READ_CHAR
from libc.math cimport exp
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc

from textperf.extract.actions import _VERBAL as VERBAL, Verb
from textperf.extract.candidates import (
    _BREAKS, _DONE, _EMPTY, _NEVER_ALONE, _NEVER_CLOSING, _NEVER_FIRST, _NEVER_INSIDE, _NEVER_LAST, _NEVER_OPENING,
    _UNFINISHED, _YEAR_PARTS, Candidate, _is_whose, _parallel,
)
from textperf.extract.features import _ACTS, _DOING, _NOUN, _PLAIN, unit_class
from textperf.extract.guess import _DOING as GUESS_DOING, _ENDS, _LEADING, _SKIPPED
from textperf.rules.lexicon import verb_classes

cdef extern from *:
    """
    #ifndef TEXTPERF_SOURCES
    #define TEXTPERF_SOURCES ""
    #endif

    /* A NamedTuple, made without its constructor, which is a Python function. */
    static PyObject *textperf_new(PyObject *kind, PyObject *values) {
        PyObject *out, *arguments = PyTuple_Pack(1, values);
        if (arguments == NULL) return NULL;
        out = PyTuple_Type.tp_new((PyTypeObject *)kind, arguments, NULL);
        Py_DECREF(arguments);
        return out;
    }
    """
    const char *TEXTPERF_SOURCES
    object new "textperf_new" (object kind, object values)

ctypedef uint64_t Hash


def built_from():
    """The fingerprint of the sources that this was built from (native.fingerprint)."""
    return TEXTPERF_SOURCES.decode("ascii")


# ---------------------------------------------------------------- hashes of keys

cdef inline Hash mix(Hash a, Hash b) noexcept nogil:
    cdef Hash h = (a + <Hash>0x9E3779B97F4A7C15) * <Hash>0xBF58476D1CE4E5B9 ^ b
    h ^= h >> 32
    h *= <Hash>0x94D049BB133111EB
    return h ^ (h >> 29)


cdef inline Hash of_chars(str text, Py_ssize_t start, Py_ssize_t end) noexcept:
    cdef Hash h = mix(<Hash>0x8F1BBCDCBFA53E0B, <Hash>(end - start))
    cdef Py_ssize_t i
    for i in range(start, end):
        h = mix(h, <Hash>PyUnicode_READ_CHAR(text, i))
    return h


cdef inline Hash of_text(str text) noexcept:
    return of_chars(text, 0, PyUnicode_GET_LENGTH(text))


cdef inline Hash of_int(int64_t value) noexcept nogil:
    return mix(<Hash>0x6A09E667F3BCC908, <Hash>value)


cdef inline Hash t0(int length) noexcept nogil:
    return <Hash>0x3C6EF372FE94F82B + <Hash>length


cdef inline Hash t2(Hash a, Hash b) noexcept nogil:
    return mix(mix(t0(2), a), b)


cdef inline Hash t3(Hash a, Hash b, Hash c) noexcept nogil:
    return mix(mix(mix(t0(3), a), b), c)


cdef Hash of_key(object key) except? 0:
    """A key of the weights: a text, a number, a truth value (a number as Python has it) or a tuple or list of keys."""
    cdef Hash h
    if isinstance(key, str):
        return of_text(key)
    if isinstance(key, (tuple, list)):
        h = t0(len(key))
        for part in key:
            h = mix(h, of_key(part))
        return h
    return of_int(key)


# ---------------------------------------------------------------- what is known of words and classes

cdef enum Flag:
    F_MARK = 1 << 0  # p
    F_COUNT = 1 << 1  # #
    F_OPEN = 1 << 2  # (
    F_CLOSE = 1 << 3  # )
    F_QUOTE = 1 << 4  # “ 《
    F_UNQUOTE = 1 << 5  # ” 》
    F_COMMA = 1 << 6  # 、
    F_OF = 1 << 7  # 的
    F_TIME = 1 << 8
    F_E = 1 << 9  # begins with E
    F_DOING = 1 << 10
    F_ACTS = 1 << 11
    F_VERBAL = 1 << 12
    F_PLAIN = 1 << 13
    F_NOUN = 1 << 14
    F_UNFINISHED = 1 << 15
    F_NEVER_LAST = 1 << 16
    F_NEVER_OPENING = 1 << 17
    F_NEVER_ALONE = 1 << 18
    F_EMPTY = 1 << 19
    F_DONE = 1 << 20
    F_BREAKS = 1 << 21
    F_SKIPPED = 1 << 22
    F_LEADING = 1 << 23
    F_GUESS_DOING = 1 << 24
    F_ENDS = 1 << 25
    F_PRELUDE = 1 << 26  # SCOPE TIME d
    F_PRELUDE_R = 1 << 27  # d TIME SCOPE r u
    F_TAIL = 1 << 28  # d PR V v TIME
    F_HEAD = 1 << 29  # SCOPE TIME V v

cdef enum WordFlag:
    W_INSIDE = 1 << 0  # never inside a name
    W_FIRST = 1 << 1
    W_CLOSING = 1 << 2
    W_YEAR = 1 << 3
    W_WHOSE = 1 << 4
    W_SATISFIED = 1 << 5
    W_TO = 1 << 6  # 对
    W_AND = 1 << 7  # 和 及 与
    W_AMONG = 1 << 8  # 其中


cdef class Kind:
    """A class of words."""
    cdef Hash hash
    cdef uint32_t flags

    def __init__(self, str kind):
        self.hash = of_text(kind)
        cdef uint32_t f = 0
        for members, flag in (
            (("p",), F_MARK), (("#",), F_COUNT), (("(",), F_OPEN), ((")",), F_CLOSE), (("“", "《"), F_QUOTE),
            (("”", "》"), F_UNQUOTE), (("、",), F_COMMA), (("的",), F_OF), (("TIME",), F_TIME), (_DOING, F_DOING),
            (_ACTS, F_ACTS), (VERBAL, F_VERBAL), (_PLAIN, F_PLAIN), (_NOUN, F_NOUN), (_UNFINISHED, F_UNFINISHED),
            (_NEVER_LAST, F_NEVER_LAST), (_NEVER_OPENING, F_NEVER_OPENING), (_NEVER_ALONE, F_NEVER_ALONE),
            (_EMPTY, F_EMPTY), (_DONE, F_DONE), (_BREAKS, F_BREAKS), (_SKIPPED, F_SKIPPED), (_LEADING, F_LEADING),
            (GUESS_DOING, F_GUESS_DOING), (_ENDS, F_ENDS), (("SCOPE", "TIME", "d"), F_PRELUDE),
            (("d", "TIME", "SCOPE", "r", "u"), F_PRELUDE_R), (("d", "PR", "V", "v", "TIME"), F_TAIL),
            (("SCOPE", "TIME", "V", "v"), F_HEAD),
        ):
            if kind in members:
                f |= flag
        if kind[0] == "E":
            f |= F_E
        self.flags = f


cdef class Word:
    """A word: hashes of it, of its first character, of E and this character, and of its classes as a verb."""
    cdef Hash hash, first, edge, classes
    cdef uint32_t flags

    def __init__(self, str text):
        self.hash = of_text(text)
        self.first = of_text(text[:1])
        self.edge = of_text("E" + text[:1])
        self.classes = of_key(verb_classes().get(text, ()))
        cdef uint32_t f = 0
        for members, flag in (
            (_NEVER_INSIDE, W_INSIDE), (_NEVER_FIRST, W_FIRST), (_NEVER_CLOSING, W_CLOSING), (_YEAR_PARTS, W_YEAR),
            (("对",), W_TO), (("和", "及", "与"), W_AND), (("其中",), W_AMONG),
        ):
            if text in members:
                f |= flag
        if _is_whose(text):
            f |= W_WHOSE
        if text.startswith("满意"):
            f |= W_SATISFIED
        self.flags = f


cdef inline tuple latest(list known, int back):
    """The count ``back`` before the last one: a Known, whose fields are asked for by number, which is quicker."""
    return <tuple>known[len(known) - 1 - back]


cdef dict KINDS = {}
cdef dict WORDS = {}
cdef int REMEMBERED = 65536
cdef tuple CLASSES = ("%", "pp", "元", "分", "人", "人次", "次", "米", "/", "个")


cdef class Sentence:
    """The tokens of a sentence as arrays."""
    cdef int n
    cdef list tokens
    cdef Hash *kind
    cdef Hash *word
    cdef Hash *first
    cdef Hash *edge
    cdef Hash *classes
    cdef uint32_t *flags
    cdef uint32_t *wflags
    cdef int *start
    cdef int *end

    def __cinit__(self, list tokens):
        cdef int n = len(tokens), i
        self.n, self.tokens = n, tokens
        self.kind = <Hash *>malloc((5 * sizeof(Hash) + 4 * sizeof(int)) * (n + 1))
        if self.kind == NULL:
            raise MemoryError()
        self.word, self.first, self.edge = self.kind + n, self.kind + 2 * n, self.kind + 3 * n
        self.classes, self.flags = self.kind + 4 * n, <uint32_t *>(self.kind + 5 * n)
        self.wflags, self.start, self.end = self.flags + n, <int *>(self.flags + 2 * n), <int *>(self.flags + 3 * n)
        cdef Kind k
        cdef Word w
        cdef tuple token
        for i in range(n):
            token = <tuple>tokens[i]
            found = KINDS.get(token[3])
            if found is None:
                found = KINDS[token[3]] = Kind(token[3])
            k = <Kind>found
            found = WORDS.get(token[2])
            if found is None:
                if len(WORDS) >= REMEMBERED:
                    WORDS.clear()
                found = WORDS[token[2]] = Word(token[2])
            w = <Word>found
            self.kind[i], self.flags[i] = k.hash, k.flags
            self.word[i], self.first[i], self.edge[i], self.classes[i] = w.hash, w.first, w.edge, w.classes
            self.wflags[i] = w.flags
            self.start[i], self.end[i] = token[0], token[1]

    def __dealloc__(self):
        free(self.kind)

    cdef inline Hash kinds(self, int first, int last) noexcept:
        """The hash of the tuple of the classes of ``first:last``."""
        cdef int i
        if last < first:
            last = first
        cdef Hash h = t0(last - first)
        for i in range(first, last):
            h = mix(h, self.kind[i])
        return h

    cdef inline bint any(self, uint32_t flag, int first, int last) noexcept:
        cdef int i
        for i in range(first, last):
            if self.flags[i] & flag:
                return True
        return False

    cdef inline Hash mark(self, int i) noexcept:
        """What stands at the end of a region: the first character of a mark, or the class."""
        return self.first[i] if self.flags[i] & F_MARK else self.kind[i]


cdef struct Name:
    int where  # index of "LRCDPH"
    int back
    int first
    int last
    int64_t score
    int at  # for names that Python made: which of these


cdef struct Entry:
    Hash key
    int64_t weight


cdef struct Near:
    int64_t score
    int n


cdef str PLACES = "LRCDPHN"
cdef enum Where:
    L, R, C, D, P, H, N

cdef int BEFORE_LENGTH = 14, BEFORE_ENDS = 6, BEHIND_STARTS = 2, BEHIND_LENGTH = 14, CLAUSE_LENGTH = 9, CLAUSE_ENDS = 4
cdef int BACK = 5, KEPT = 6
cdef int64_t OUT = -1000000000

# Names of templates, hashed once: those that stand for a place have one for each.
cdef Hash[7] NAME_PP, NAME_RF, NAME_LR, NAME_LE, NAME_RE, NAME_RR, NAME_RRF, NAME_LW, NAME_RW, NAME_S1, NAME_SE
cdef Hash[7] NAME_HG, NAME_RB, NAME_RBH, NAME_RBW, NAME_SH
cdef Hash[7][8] NAME_BACK, NAME_BACK_UNITS
cdef Hash[8] NAME_SAME, NAME_EARLIER_EDGE, NAME_NEAR, NAME_NEAR_UNITS, NAME_COMPARED
for _n, _w in enumerate(PLACES):
    NAME_PP[_n], NAME_RF[_n], NAME_LR[_n] = of_text(_w + ":pp"), of_text(_w + ":Rf"), of_text(_w + ":LR")
    NAME_LE[_n], NAME_RE[_n], NAME_RR[_n] = of_text(_w + ":le"), of_text(_w + ":re"), of_text(_w + ":rr")
    NAME_RRF[_n], NAME_LW[_n], NAME_RW[_n] = of_text(_w + ":rR"), of_text(_w + ":Lw"), of_text(_w + ":Rw")
    NAME_S1[_n], NAME_SE[_n], NAME_HG[_n] = of_text(_w + ":S1"), of_text(_w + ":Se"), of_text(_w + ":Hg")
    NAME_RB[_n], NAME_RBH[_n], NAME_RBW[_n] = of_text(_w + ":Rb"), of_text(_w + ":Rbh"), of_text(_w + ":Rbw")
    NAME_SH[_n] = of_text(_w + ":Sh")
    for _b in range(8):
        NAME_BACK[_n][_b], NAME_BACK_UNITS[_n][_b] = of_text(f"{_w}{_b}:"), of_text(f"{_w}{_b}:u")
for _b in range(8):
    NAME_SAME[_b], NAME_EARLIER_EDGE[_b], NAME_COMPARED[_b] = of_text(f"{_b}same"), of_text(f"{_b}le"), of_text(f"{_b}cmp")
    NAME_NEAR[_b], NAME_NEAR_UNITS[_b] = of_text(f"{_b}near"), of_text(f"{_b}nearu")
cdef Hash N_S1 = of_text("S1"), N_S2 = of_text("S2"), N_PF = of_text("PF"), N_PFc = of_text("PFc"), N_Fg = of_text("Fg")
cdef Hash N_Fw = of_text("Fw"), N_FVw = of_text("FVw"), N_S3 = of_text("S3"), N_F2 = of_text("F2"), N_F3 = of_text("F3")
cdef Hash N_Pre = of_text("Pre"), N_Pr3 = of_text("Pr3"), N_Pr2 = of_text("Pr2"), N_Prv = of_text("Prv")
cdef Hash N_RLs = of_text("RLs"), N_Rs = of_text("Rs"), N_RsW = of_text("RsW"), N_Cpre = of_text("Cpre")
cdef Hash N_Hg = of_text("Hg"), N_Hw = of_text("Hw"), N_HwU = of_text("HwU"), N_t = of_text("t"), N_tu = of_text("tu")
cdef Hash N_t2u = of_text("t2u"), N_tU = of_text("tU"), N_Rbw = of_text("Rbw"), N_Suf = of_text("Suf"), N_RLe = of_text("RLe")
cdef Hash N_Ld = of_text("Ld"), N_Lk = of_text("Lk"), N_RA = of_text("RA"), N_RA1 = of_text("RA1"), N_RG = of_text("RG")
cdef Hash N_RGh = of_text("RGh"), N_Cd = of_text("Cd"), N_Ce = of_text("Ce"), N_Cl = of_text("Cl"), N_CLn = of_text("CLn")
cdef Hash N_Sh = of_text("Sh"), N_FH = of_text("FH"), N_FHc = of_text("FHc"), N_PHc = of_text("PHc"), N_n = of_text("n")
cdef Hash N_c = of_text("c"), N_q = of_text("q"), N_qr = of_text("qr"), N_In = of_text("In"), N_Inv = of_text("Inv")
cdef Hash N_Psu = of_text("Psu"), N_Psuc = of_text("Psuc"), N_Pq = of_text("Pq"), N_Pn = of_text("Pn"), N_Pno = of_text("Pno")
cdef Hash N_Pfw = of_text("Pfw")
cdef Hash H_START = of_text("^"), H_END = of_text("$"), H_NONE = of_text("0"), H_EMPTY = of_text(""), H_OF = of_text("的")
cdef Hash H_E_START = of_text("E^"), H_E_END = of_text("E$"), H_E_COUNT = of_text("E#"), H_E_OPEN = of_text("E(")
cdef Hash H_COLON = of_text(":"), H_COUNT = of_text("#")
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


cdef struct Scene:  # features.Scene
    int at, la, lb, ra, rb, left_length, guessed, guessed_end, guessed_right, nearest
    bint has_noun, partly
    bint[7] placed
    int64_t[7] place
    Hash left_edge, right_edge, last_kind, last_word, first_kind, first_word, first_left, unit, units, pattern, reading


cdef class Names:
    """The candidates of one count."""
    cdef Name *found
    cdef int count, room

    def __cinit__(self):
        self.room = 32
        self.found = <Name *>malloc(self.room * sizeof(Name))
        if self.found == NULL:
            raise MemoryError()

    def __dealloc__(self):
        free(self.found)

    cdef int add(self, int where, int back, int first, int last) except -1:
        cdef Name *more
        if self.count == self.room:
            more = <Name *>realloc(self.found, 2 * self.room * sizeof(Name))
            if more == NULL:
                raise MemoryError()
            self.found, self.room = more, 2 * self.room
        cdef Name *name = self.found + self.count
        name.where, name.back, name.first, name.last, name.score = where, back, first, last, OUT
        self.count += 1
        return 0


cdef class Table:
    """Weights by the hash of template and key."""
    cdef Entry *entries
    cdef Hash mask

    def __cinit__(self, dict data):
        cdef Hash size = 1024, at, key
        total = sum(len(rows) for rows in data.values())
        while size < 2 * total:
            size *= 2
        self.mask = size - 1
        self.entries = <Entry *>calloc(size, sizeof(Entry))
        if self.entries == NULL:
            raise MemoryError()
        for name, rows in data.items():
            salt = of_text(name)
            for row in rows:
                key = mix(salt, of_key(row[0]))
                at = key & self.mask
                while self.entries[at].key != 0:
                    if self.entries[at].key == key:
                        raise ValueError(f"两个特征的散列相同：{name} {row[0]}")
                    at = (at + 1) & self.mask
                self.entries[at].key, self.entries[at].weight = key, round(1000 * row[1])

    def __dealloc__(self):
        free(self.entries)

    cdef inline int64_t get(self, Hash name, Hash key) noexcept:
        key = mix(name, key)
        cdef Hash at = key & self.mask
        while self.entries[at].key != 0:
            if self.entries[at].key == key:
                return self.entries[at].weight
            at = (at + 1) & self.mask
        return 0


cdef Hash tail_of(str text, int start, int end) noexcept:
    """The hash of the last two characters of ``start:end``."""
    return of_chars(text, max(start, end - 2), end)


cdef class Linker:
    """Weights, and what they say: :meth:`choose`."""
    cdef Table items, verbs

    def __init__(self, dict item, dict verb):
        self.items, self.verbs = Table(item), Table(verb)

    def sentence(self, list tokens):
        """The tokens of a sentence for :meth:`choose`."""
        return Sentence(tokens)

    def choose(self, str text, Sentence s, int at, list known, sentence):
        """The item of the count at index ``at``, its probability, its verb and its left region: what linking.best_item and
        linking.best_verb say. Arguments as those of linking.link."""
        cdef Scene c
        cdef Names names = Names()
        self.scene(s, &c, at, known, sentence)
        item, lead = self.item(text, s, &c, names, known, sentence)
        return item, lead, self.verb(s, &c, <tuple>item, known, sentence), (c.la, c.lb)

    def scores(self, str text, Sentence s, int at, list known, sentence):
        """The candidates of the count at index ``at`` and their scores, as linking.scored gives them."""
        cdef Scene c
        cdef Names names = Names()
        cdef int n
        self.scene(s, &c, at, known, sentence)
        self.item(text, s, &c, names, known, sentence)
        return [(self.candidate(text, s, names, n, known), names.found[n].score) for n in range(names.count)]

    # ------------------------------------------------------------ features.Scene, candidates.around, guess

    cdef int scene(self, Sentence s, Scene *c, int at, list known, sentence) except -1:
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
        self.guess(s, c)
        i = c.ra
        while i < c.rb and (i == c.ra or not s.flags[i] & F_ENDS):
            i += 1
        c.guessed_right = i
        c.pattern = self.pattern(s, at, known, sentence)
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

    cdef Hash pattern(self, Sentence s, int at, list known, sentence) except? 0:
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

    cdef void guess(self, Sentence s, Scene *c) noexcept:
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
            while b - a > 1 and s.flags[a] & F_PRELUDE:
                a += 1
        elif verb + 1 < b:
            a = verb + 1
            while a < b and s.flags[a] & F_PRELUDE_R:
                a += 1
        else:
            b = verb
            while b > a and s.flags[b - 1] & F_TAIL:
                b -= 1
            while b - a > 1 and s.flags[a] & F_HEAD:
                a += 1
        c.guessed, c.guessed_end = a, b
        c.reading = READINGS[b > a][0 if verb < 0 else 1 if verb >= b else 2]

    # ------------------------------------------------------------ candidates

    cdef bint listed(self, Sentence s, int at) noexcept:
        """Whether the count stands in a list of counts (tokens.parallel finds more than one)."""
        cdef int step, j
        for step in (-1, 1):
            j = at + step
            while 0 <= j < s.n and (s.flags[j] & F_COMMA or s.wflags[j] & W_AND):
                j += step
            if j != at + step and 0 <= j < s.n and s.flags[j] & F_COUNT:
                return True
        return False

    cdef int beside(self, str text, Sentence s, Scene *c, Names names, list known) except -1:
        cdef int begin, end, i, stop
        cdef list out
        if self.listed(s, c.at):
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
        self.spans(s, L, 0, begin, end, end - BEFORE_ENDS, end, BEFORE_LENGTH, names)
        begin, end = c.ra, c.rb
        for i in range(begin + 1, end):
            if s.flags[i] & F_BREAKS and not s.any(F_OF, i, end):
                end = i
                break
        self.spans(s, R, 0, begin, end, begin, begin + BEHIND_STARTS + 1, BEHIND_LENGTH, names)
        return 0

    cdef int in_clauses(self, Sentence s, Scene *c, bint named, Names names) except -1:
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
            self.spans(s, C, back, first + 1, last + 1, last + 1 - CLAUSE_ENDS + back, last + 1, CLAUSE_LENGTH, names)
            before = first + 1
            back += 1
        return 0

    cdef int spans(
        self, Sentence s, int where, int back, int begin, int end, int last_floor, int first_limit, int length, Names names
    ) except -1:
        cdef int last
        for last in range(end, max(begin, last_floor), -1):
            self.ending(s, where, back, last, max(begin, last - length), min(first_limit, last), names)
        return 0

    cdef int ending(self, Sentence s, int where, int back, int last, int floor, int stop, Names names) except -1:
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

    cdef int inherited(self, list known, bint named, unit, Names names) except -1:
        cdef int back, many = len(known)
        cdef tuple earlier
        cdef set seen = set()
        for back in range(min(BACK, many)):
            earlier = latest(known, back)
            if earlier[0] not in seen and (not named or back < 2 or earlier[1] == unit):
                seen.add(earlier[0])
                names.add(P, back, -1, -1)
        return 0

    # ------------------------------------------------------------ features, scoring.item_scores

    cdef int64_t place_sum(self, Scene *c, int where, int back):
        cdef Table t = self.items
        cdef Hash name, of_units
        if not c.placed[where]:  # all but two of its features do not hang on how far back it is
            c.placed[where] = True
            c.place[where] = (
                t.get(NAME_PP[where], c.pattern) + t.get(NAME_RF[where], c.first_kind)
                + t.get(NAME_LR[where], t2(c.last_kind, c.first_kind)) + t.get(NAME_LE[where], c.left_edge)
                + t.get(NAME_RE[where], c.right_edge) + t.get(NAME_RR[where], c.reading)
                + t.get(NAME_RRF[where], t2(c.reading, c.first_kind))
                + t.get(NAME_LW[where], c.last_word) + t.get(NAME_RW[where], c.first_word)
            )
        if back < 8:
            name, of_units = NAME_BACK[where][back], NAME_BACK_UNITS[where][back]
        else:
            name, of_units = of_text(f"{PLACES[where]}{back}:"), of_text(f"{PLACES[where]}{back}:u")
        return c.place[where] + t.get(name, H_EMPTY) + t.get(of_units, c.units)

    cdef inline Hash opening(self, Sentence s, int i) noexcept:
        if i == 0:
            return H_E_START
        cdef uint32_t f = s.flags[i - 1]
        return s.edge[i - 1] if f & F_MARK else H_E_COUNT if f & F_COUNT else H_E_OPEN if f & F_OPEN else s.kind[i - 1]

    cdef int64_t start_sum(self, Sentence s, Scene *c, int where, int i) noexcept:
        cdef Table t = self.items
        cdef Hash fk = s.kind[i], fw = s.word[i], p = self.opening(s, i)
        cdef bint edge = i == 0 or s.flags[i - 1] & (F_MARK | F_COUNT | F_OPEN | F_E) != 0
        cdef int64_t total = (
            t.get(N_S1, p) + t.get(N_S2, t2(p, fk)) + t.get(N_PF, t2(p, fw)) + t.get(N_PFc, t2(p, s.first[i]))
            + t.get(N_Fg, fk) + t.get(N_Fw, fw) + t.get(NAME_S1[where], p) + t.get(NAME_SE[where], of_int(edge))
        )
        cdef bint left = where == L or where == D
        cdef int low
        if left and s.flags[i] & F_DOING:
            total += t.get(N_FVw, fw)
        if not edge:
            total += t.get(N_S3, s.word[i - 1])
        if i + 1 < s.n:
            total += t.get(N_F2, t2(fk, s.word[i + 1])) + t.get(N_F3, t2(fw, s.kind[i + 1]))
        if left:
            low = max(c.la, i - 4)
            total += t.get(N_Pre, t3(s.kinds(low, i), c.left_edge, fk)) + t.get(N_Pr3, s.kinds(max(low, i - 3), i))
            total += t.get(N_Pr2, t2(s.kinds(max(low, i - 2), i), fk))
            total += t.get(N_Prv, t2(of_int(s.any(F_ACTS, c.la, i)), fk))
            if where == L:
                total += t.get(N_RLs, of_int(max(-3, min(3, i - c.guessed))))
        elif where == R:
            total += t.get(N_Rs, of_int(i - c.ra))
            if i > c.ra:
                total += t.get(N_RsW, s.word[c.ra])
        else:
            total += t.get(N_Cpre, t2(s.kind[i - 1] if i else H_START, fk))
        return total

    cdef int64_t tail_sum(self, Scene *c, Hash last, Hash tail) noexcept:
        cdef Table t = self.items
        return (
            t.get(N_t, last) + t.get(N_tu, t2(last, c.units)) + t.get(N_t2u, t2(tail, c.units)) + t.get(N_tU, t2(last, c.unit))
        )

    cdef int64_t end_sum(self, Sentence s, Scene *c, int where, int j, Hash last, Hash tail) noexcept:
        cdef Table t = self.items
        cdef Hash hk = s.kind[j - 1], hw = s.word[j - 1], b, word = 0
        cdef int64_t total = t.get(N_Hg, hk) + t.get(N_Hw, hw) + t.get(N_HwU, t2(hw, c.unit)) + self.tail_sum(c, last, tail)
        cdef int gap, k
        if where != C:
            total += t.get(NAME_HG[where], hk)
        if j == s.n:
            b = H_E_END
        elif s.flags[j] & (F_COUNT | F_MARK):
            b = s.edge[j]
        else:
            b, word = s.kind[j], s.word[j]
            total += t.get(N_Rbw, word)
        total += t.get(NAME_RB[where], b)
        if where != C:
            total += t.get(NAME_RBH[where], t2(b, hk))
            if word:
                total += t.get(NAME_RBW[where], word)
        if where == L or where == D:
            total += t.get(N_Suf, t2(s.kinds(j, c.lb), hk))
            if where == L:
                gap = max(-3, min(3, j - c.guessed_end))
                total += t.get(N_RLe, of_int(gap)) + t.get(N_Ld, of_int(min(c.lb - j, 4)))
                total += t.get(N_Lk, s.kinds(j, min(c.lb, j + 3)))
        elif where == R:
            gap, k = max(-3, min(3, j - c.guessed_right)), min(c.rb, j + 4)
            total += t.get(N_RA, t2(s.kinds(j, k), hk)) + t.get(N_RA1, t2(s.kind[j] if k > j else c.right_edge, hk))
            total += t.get(N_RG, of_int(gap)) + t.get(N_RGh, t2(of_int(gap), hk))
        else:
            k = j
            while k < s.n and not s.flags[k] & (F_MARK | F_COUNT):
                k += 1
            total += t.get(N_Cd, of_int(min(k - j, 4))) + t.get(N_Ce, s.first[k] if k < s.n else H_END)
            total += t.get(N_Cl, of_int(min(3, c.left_length))) + t.get(N_CLn, of_int(c.has_noun))
        return total

    cdef int64_t both_sum(self, Sentence s, Scene *c, int where, int i, int j, Hash last, int length) noexcept:
        cdef Table t = self.items
        cdef Hash shape = s.kinds(i, min(j, i + 12)), fk = s.kind[i], hw = s.word[j - 1], several = of_int(j - i > 1), q
        cdef int64_t total = (
            t.get(N_Sh, shape) + t.get(N_FH, t3(fk, hw, several)) + t.get(N_FHc, t3(fk, last, several))
            + t.get(N_PHc, t2(self.opening(s, i), last)) + t.get(N_n, of_int(min(j - i, 7)))
            + t.get(N_c, of_int(min(length, 14)))
        )
        if where == R or where == C:
            total += t.get(NAME_SH[where], shape)
        elif where == L:
            q = t2(of_int(i == c.guessed), of_int(j == c.guessed_end))
            total += t.get(N_q, q) + t.get(N_qr, t2(q, c.reading))
        return total

    cdef int64_t inherited_sum(self, Scene *c, int where, int back, list known, sentence) except? -1:
        cdef Table t = self.items
        cdef tuple earlier = latest(known, back), last = latest(known, 0)
        cdef str name = earlier[0]
        cdef int length = len(name)
        cdef int64_t total = self.tail_sum(c, of_chars(name, max(0, length - 1), length), tail_of(name, 0, length))
        if where != P:
            return total
        cdef Hash near = t2(of_int(back == c.nearest), of_int(min(c.nearest, 3)))
        cdef Hash unit, units
        unit, units = unit_hashes(earlier[1])
        return total + (
            t.get(N_Psu, of_int(unit == c.unit)) + t.get(N_Psuc, t2(units, c.units)) + t.get(N_Pq, of_int(c.partly))
            + t.get(N_Pn, of_int(min(4, c.left_length))) + t.get(N_Pno, of_int(c.has_noun))
            + t.get(NAME_SAME[back], of_int(earlier[2] == sentence)) + t.get(NAME_EARLIER_EDGE[back], c.left_edge)
            + t.get(NAME_NEAR[back], near) + t.get(NAME_NEAR_UNITS[back], t2(near, c.units))
            + t.get(NAME_COMPARED[back], of_int(bool(last[6]) and last[2] == sentence)) + t.get(N_Pfw, c.first_left)
        )

    cdef int64_t score(self, str text, Sentence s, Scene *c, Names names, int begin, list known, sentence) except? -1:
        """scoring.item_scores of the candidates from ``begin`` on; returns the best."""
        cdef int64_t place = 0, end = 0, score, best = OUT
        cdef int n, k, m, where = -1, back = -1, ends = -1, i, j, size = 0, finish
        cdef Near[6] kept
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
                    place = self.place_sum(c, where, back)
                i, j = name.first, name.last
                if i < 0:
                    name.score = place + self.inherited_sum(c, where, back, known, sentence)
                    continue
                finish = s.end[j - 1]
                if j != ends:
                    ends = j
                    end = self.end_sum(
                        s, c, where, j, of_chars(text, finish - 1, finish), tail_of(text, s.start[i], finish)
                    )
                if starts[i] == OUT:
                    starts[i] = self.start_sum(s, c, where, i)
                score = place + starts[i] + end
                for k in range(i + 1, j):
                    if inner[k] == OUT:
                        inner[k] = 0
                        if not s.flags[k] & F_PLAIN:
                            inner[k] += self.items.get(N_In, s.kind[k])
                        if s.flags[k] & F_VERBAL:
                            inner[k] += self.items.get(N_Inv, s.word[k])
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
            name.score = kept[k].score + self.both_sum(
                s, c, name.where, name.first, name.last, of_chars(text, finish - 1, finish), finish - s.start[name.first]
            )
        for n in range(begin, names.count):
            best = max(best, names.found[n].score)
        return best

    # ------------------------------------------------------------ linking.scored, linking.best_item

    cdef tuple item(self, str text, Sentence s, Scene *c, Names names, list known, sentence):
        cdef int n, count
        cdef bint named = False, titled = False
        cdef tuple found
        cdef str name, other, best
        cdef int64_t top = OUT * 8, least
        self.beside(text, s, c, names, known)
        count = names.count
        for n in range(count):
            named = named or names.found[n].where == L or names.found[n].where == R
        if count:
            top = self.score(text, s, c, names, 0, known, sentence)
        if top - self.place_sum(c, C, 0) < SURE:
            self.in_clauses(s, c, named, names)
        if c.la == c.lb and c.left_edge == H_COLON:
            for n in range(count, names.count):
                titled = titled or names.found[n].back == 0
        if known and not titled and top - self.place_sum(c, P, 0) < SURE:
            self.inherited(known, named, s.tokens[c.at][4].quantity.unit, names)
        if names.count > count:
            top = max(top, self.score(text, s, c, names, count, known, sentence))
        if not names.count:
            return Candidate("N", 0, -1, -1, ""), 1.0
        least = top - FAR
        close = [n for n in range(names.count) if names.found[n].score > least]
        if len(close) == 1:
            return self.candidate(text, s, names, close[0], known), 1.0
        cdef dict odds = {}, first = {}
        cdef double total, weight, near, share, value = -1.0, most = 0.0
        for n in close:
            found = <tuple>self.candidate(text, s, names, n, known)
            name = found[4]
            odds[name] = odds.get(name, 0.0) + exp((names.found[n].score - top) / 1000.0)
            if name not in first or names.found[n].score > <int64_t>(<tuple>first[name])[0]:
                first[name] = names.found[n].score, found
        total = sum(odds.values()) or 1.0
        for share in odds.values():
            most = max(most, share)
        best = ""
        for name, weight in odds.items():
            if weight + NEAR * (total - weight) + 1e-9 < most:
                continue  # whatever is related to it, the likeliest name gains more
            near = 0.0
            for other, share in odds.items():
                if other != name and (other in name or name in other):
                    near += share
            if weight + NEAR * near > value:
                best, value = name, weight + NEAR * near
        return (<tuple>first[best])[1], odds[best] / total

    cdef object candidate(self, str text, Sentence s, Names names, int n, list known):
        cdef Name *name = names.found + n
        if name.first < 0:
            return new(Candidate, (PLACES[name.where], name.back, -1, -1, latest(known, name.back)[0]))
        return new(
            Candidate,
            (PLACES[name.where], name.back, name.first, name.last, text[s.start[name.first] : s.end[name.last - 1]]),
        )

    # ------------------------------------------------------------ actions, linking.best_verb

    cdef object verb(self, Sentence s, Scene *c, tuple item, list known, sentence):
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
                score = self.verb_sum(s, c, item, place, wheres, at, count, n, known, sentence)
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
        self, Sentence s, Scene *c, tuple item, int place, int *wheres, int *at, int count, int n, list known, sentence
    ) except? -1:
        cdef Table t = self.verbs
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


cdef int64_t SURE = 8000, FAR = 5000, SHY = 3000, GOVERNS = 700
cdef double NEAR = 0.4
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


# ---------------------------------------------------------------- segment.words, tokens._words

def add_words(list out, int at, list pairs, cuts, kinds, token):
    """Append the words of ``pairs`` (as the segmenter gives them) from offset ``at`` on as tokens; ``cuts`` are those of
    segment.words, ``kinds`` the classes of words by text and tag."""
    cdef int start = at, stop, length
    cdef str word = None, tag = None, text, kind
    for pair in pairs:
        for length, text, kind, joins in <tuple>cuts[pair]:
            stop = at + length
            if joins and word is not None and tag[0] not in "xmucpd" and len(word) > 1:
                word, tag = word + text, "n"
            else:
                if word is not None:
                    add_word(out, start, at, word, tag, kinds, token)
                start, word, tag = at, text, kind
            at = stop
    if word is not None:
        add_word(out, start, at, word, tag, kinds, token)


cdef int add_word(list out, int start, int end, str word, str tag, kinds, token) except -1:
    kind = kinds[word, tag]
    if kind != " ":
        out.append(new(token, (start, end, word, kind, None)))
    return 0
