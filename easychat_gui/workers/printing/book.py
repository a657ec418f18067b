"""A story on paper of one size: its pages, counted, found again and painted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtGui import QGuiApplication

from easychat_gui.transfer.formats import Job
from easychat_gui.workers.printing.block_setting import BlockSetter
from easychat_gui.workers.printing.formulas import Formulas
from easychat_gui.workers.printing.ink import Families, Ink
from easychat_gui.workers.printing.pages import Page, Place, page_at, pages
from easychat_gui.workers.printing.paper import Paper
from easychat_gui.workers.printing.sheet import SheetPainter
from easychat_gui.workers.printing.story import PrintedStory, Records


class Book:
    """Belongs to one thread. Of the pages it keeps no more than where each begins."""

    def __init__(self, records: Records, job: Job, paper: Paper) -> None:
        families = Families(QGuiApplication.font().family(), job.code_font)
        ink = Ink(job.palettes.get("light", {}), families)
        setter = BlockSetter(paper, ink, Formulas(), job.words)
        self.paper = paper
        self.story = PrintedStory(records, setter, job)
        self.painter = SheetPainter(self.story, setter, job.now)
        self._starts: list[Place] = []
        titles = records.titles
        self.title = self.story.title_of(Place()) if len(titles) == 1 else job.words.chats.format(count=len(titles))

    @property
    def page_count(self) -> int:
        """How many pages have been counted."""
        return len(self._starts)

    def count_pages(self, tell: Callable[[float], None]) -> int:
        """Go through all pages, and return how many there are. ``tell`` hears how far it is, as a share of 1."""
        self._starts.clear()
        for number, page in enumerate(pages(self.story, self.paper.text_height, self.story.start), 1):
            self._starts.append(page.start)
            for placed in page.placed:
                place = placed.place
                if place.part >= 0 and place == Place(place.part):
                    self.story.page_numbers[place.part] = number
            tell(self._share(page.next))
        self.story.forget_pieces()
        return len(self._starts)

    def pages(self) -> Iterator[Page]:
        return pages(self.story, self.paper.text_height, self.story.start)

    def page(self, number: int) -> Page:
        """Return a page that has been counted, from 0."""
        return page_at(self.story, self._starts[number], self.paper.text_height)

    def _share(self, place: Place | None) -> float:
        """Return how much of the story lies before a place."""
        if place is None:
            return 1.0
        chats = self.story.chat_count
        within = place.section / (1 + self.story.section_count(place.part)) if place.part >= 0 else 0.0
        return max(0.0, (place.part + within) / max(1, chats))
