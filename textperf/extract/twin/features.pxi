# What features.py does: each function has the name of the one it repeats.

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


cdef Hash tail_of(str text, int start, int end) noexcept:
    """The hash of the last two characters of ``start:end``."""
    return of_chars(text, max(start, end - 2), end)


cdef int64_t place_sum(Table t, Scene *c, int where, int back):
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


cdef inline Hash opening(Sentence s, int i) noexcept:
    if i == 0:
        return H_E_START
    cdef uint32_t f = s.flags[i - 1]
    return s.edge[i - 1] if f & F_MARK else H_E_COUNT if f & F_COUNT else H_E_OPEN if f & F_OPEN else s.kind[i - 1]


cdef int64_t start_sum(Table t, Sentence s, Scene *c, int where, int i) noexcept:
    cdef Hash fk = s.kind[i], fw = s.word[i], p = opening(s, i)
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


cdef int64_t tail_sum(Table t, Scene *c, Hash last, Hash tail) noexcept:
    return (
        t.get(N_t, last) + t.get(N_tu, t2(last, c.units)) + t.get(N_t2u, t2(tail, c.units)) + t.get(N_tU, t2(last, c.unit))
    )


cdef int64_t end_sum(Table t, Sentence s, Scene *c, int where, int j, Hash last, Hash tail) noexcept:
    cdef Hash hk = s.kind[j - 1], hw = s.word[j - 1], b, word = 0
    cdef int64_t total = t.get(N_Hg, hk) + t.get(N_Hw, hw) + t.get(N_HwU, t2(hw, c.unit)) + tail_sum(t, c, last, tail)
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


cdef int64_t both_sum(Table t, Sentence s, Scene *c, int where, int i, int j, Hash last, int length) noexcept:
    cdef Hash shape = s.kinds(i, min(j, i + 12)), fk = s.kind[i], hw = s.word[j - 1], several = of_int(j - i > 1), q
    cdef int64_t total = (
        t.get(N_Sh, shape) + t.get(N_FH, t3(fk, hw, several)) + t.get(N_FHc, t3(fk, last, several))
        + t.get(N_PHc, t2(opening(s, i), last)) + t.get(N_n, of_int(min(j - i, 7)))
        + t.get(N_c, of_int(min(length, 14)))
    )
    if where == R or where == C:
        total += t.get(NAME_SH[where], shape)
    elif where == L:
        q = t2(of_int(i == c.guessed), of_int(j == c.guessed_end))
        total += t.get(N_q, q) + t.get(N_qr, t2(q, c.reading))
    return total


cdef int64_t inherited_sum(Table t, Scene *c, int where, int back, list known, sentence) except? -1:
    cdef tuple earlier = latest(known, back), last = latest(known, 0)
    cdef str name = earlier[0]
    cdef int length = len(name)
    cdef int64_t total = tail_sum(t, c, of_chars(name, max(0, length - 1), length), tail_of(name, 0, length))
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
