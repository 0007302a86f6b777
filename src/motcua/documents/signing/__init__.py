"""Electronic signatures: what a certificate says, whether it may sign, how a PDF is signed, stamped and verified.

Nothing in this package touches the database; `documents.services_signing` keeps what comes out of it.

    certificates  what a certificate says about its holder (pure)
    rules         does it fit the position, may it sign now, when must it be renewed (pure)
    keys          one way to a private key: a PKCS#12 file, a PKCS#11 token, a remote service
    trust         the installation's trust anchors, revocation lists and time-stamping authority
    stamps        the visible part, drawn by typst (Decree 30/2020/NĐ-CP, Annex I)
    pades         the signature itself: incremental PAdES
    verification  reading a signed PDF back, in words
"""
