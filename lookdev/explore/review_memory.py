"""Where a person left the review desk of a shot: theirs alone, and not part of the show."""

import re
from dataclasses import dataclass
from pathlib import Path

from lookdev.explore.holder import this_user
from lookdev.spec import strict_yaml
from lookdev.spec.files import write_text
from lookdev.spec.folder import ShotFile
from lookdev.spec.review import ReviewDesk


@dataclass(frozen=True)
class ReviewMemory:
    """One person's file for one shot, in the show's `.lookdev/desks/`."""

    path: Path

    @classmethod
    def of(cls, shot_file: ShotFile) -> "ReviewMemory":
        """The file of whoever runs this process."""
        user = re.sub(r"[^A-Za-z0-9_-]", "_", this_user())
        shot = shot_file.shot
        folder = shot_file.folder.root / ".lookdev" / "desks" / user
        return cls(folder / f"review_{shot.sequence}_{shot.shot}.yaml")

    def read(self) -> ReviewDesk:
        """What was left; at a shot's first time only the name, as last given anywhere.

        The name of the login is nobody's: many work under one, and it is for people to say.

        Raises:
            SpecError: The file is damaged.
        """
        if self.path.is_file():
            return strict_yaml.read(self.path, ReviewDesk)
        others = sorted(self.path.parent.glob("review_*.yaml"), key=lambda p: p.stat().st_mtime_ns)
        given = (strict_yaml.read(path, ReviewDesk).author for path in reversed(others))
        author = next(filter(None, given), "")
        return ReviewDesk(format="review-desk/1", author=author)

    def write(self, left: ReviewDesk) -> None:
        """Remember.

        Raises:
            DeliveryError: The file cannot be written.
        """
        text = strict_yaml.write(left)
        if not self.path.is_file() or self.path.read_text(encoding="utf-8") != text:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_text(self.path, text)
