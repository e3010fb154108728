# Hashes of keys, what is known of words, a sentence as arrays, weights by hash.

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
    F_WIDE = 1 << 26
    F_THIN = 1 << 27
    F_TRAILING = 1 << 28
    F_BEFORE = 1 << 29

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
            (GUESS_DOING, F_GUESS_DOING), (_ENDS, F_ENDS), (_WIDE, F_WIDE),
            (_THIN, F_THIN), (_TRAILING, F_TRAILING), (_BEFORE, F_BEFORE),
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


cdef struct Entry:
    Hash key
    int64_t weight


cdef struct Near:
    int64_t score
    int n


cdef str PLACES = "LRCDPHN"
cdef enum Where:
    L, R, C, D, P, H, N

cdef int BEFORE_LENGTH = candidates._BEFORE_LENGTH, BEFORE_ENDS = candidates._BEFORE_ENDS
cdef int BEHIND_LENGTH = candidates._BEHIND_LENGTH, BEHIND_STARTS = candidates._BEHIND_STARTS
cdef int CLAUSE_LENGTH = candidates._CLAUSE_LENGTH, CLAUSE_ENDS = candidates._CLAUSE_ENDS, BACK = candidates._BACK
cdef int64_t SURE = linking._SURE, FAR = linking._FAR, SHY = linking._SHY, GOVERNS = linking._GOVERNS, OUT = scoring._OUT
cdef double RELATED = linking._NEAR
cdef enum:
    KEPT = 6  # scoring._KEPT; a number that the C compiler knows
assert KEPT == scoring._KEPT


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
