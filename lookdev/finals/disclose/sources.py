"""What the checklist is held against, and when each source was published and read."""

from lookdev.finals.disclose.record import SourceFact

NOTICE = (
    "Facts of the show as lookdev's files record them, set beside what published sources ask. "
    "Not legal advice, and no statement that any rule is met."
)

NETFLIX = SourceFact(
    key="Netflix",
    title="Netflix Partner Help Center: Using Generative AI in Content Production",
    date="published August 2025",
    url=(
        "https://partnerhelp.netflixstudios.com/hc/en-us/articles/"
        "43393929218323-Using-Generative-AI-in-Content-Production"
    ),
    read="25 November 2026, in stored copies of the page; the page may have changed since",
)
AI_ACT = SourceFact(
    key="AI Act",
    title="Regulation (EU) 2024/1689 (AI Act), Article 50",
    date="of 13 June 2024 (OJ L, 12.7.2024); Article 50 applies from 2 August 2026",
    url="https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
    read=(
        "25 November 2026: 50(1) to (3) in a reprint (aiact.annotated.nl); 50(4) and (5) through "
        "recital 134 and published accounts"
    ),
)
OMNIBUS = SourceFact(
    key="Omnibus",
    title=(
        "Amendment of the AI Act (Digital Omnibus on AI): marking under Article 50(2) from "
        "2 December 2026 for systems on the market before 2 August 2026"
    ),
    date="approved by the Council of the EU on 29 June 2026",
    url="https://semitora.com/blog/en/digital-omnibus-ai-act-deadlines/",
    read=(
        "25 November 2026, as reported (2 July 2026); its text in the Official Journal was not read"
    ),
)
CODE = SourceFact(
    key="Code",
    title="European Commission: Code of Practice on Transparency of AI-Generated Content "
    "(voluntary)",
    date="published 10 June 2026",
    url="https://www.cepic.org/post/code-of-practice-on-the-transparency-of-ai-generated-content",
    read="25 November 2026, as reported (15 June 2026); the Code itself was not read",
)

SOURCES = (NETFLIX, AI_ACT, OMNIBUS, CODE)
