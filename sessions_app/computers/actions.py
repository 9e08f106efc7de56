"""What is done at a screen, one value an act, in Lightcone's vocabulary.

The names are those of `ComputerAction.type` in the `tzafon` SDK. Points are pixels of the display, from its
upper left corner; a screenshot has the display's size, so that what is seen at a point is acted on there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Button = Literal["left", "middle", "right"]
Status = Literal["SUCCESS", "EXECUTION_ERROR"]  # as Lightcone's server spells them

TYPED_CHARACTERS = 20_000
WAIT_MILLISECONDS = 30_000
MAX_TABS = 5
VIEWPORT_PIXELS = (320, 2560)  # the least and the most, of either side


@dataclass(frozen=True)
class Click:
    x: int
    y: int
    button: Button = "left"


@dataclass(frozen=True)
class DoubleClick:
    x: int
    y: int


@dataclass(frozen=True)
class RightClick:
    x: int
    y: int


@dataclass(frozen=True)
class MouseDown:
    """Press the left button and keep it down."""

    x: int
    y: int


@dataclass(frozen=True)
class MouseUp:
    x: int
    y: int


@dataclass(frozen=True)
class Drag:
    """Press the left button at the first point, move, let go at the second."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True)
class Scroll:
    """Turn the wheel at a point. Positive `dy` shows what is further down, positive `dx` further right."""

    x: int
    y: int
    dx: int = 0
    dy: int = 0


@dataclass(frozen=True)
class Type:
    """Type into what has the focus, exactly as written; a line break is Enter. At most 20,000 characters."""

    text: str


@dataclass(frozen=True)
class KeyPress:
    """Press keys together, the last one while the others are down, as in `("Control", "a")`."""

    keys: Sequence[str]


@dataclass(frozen=True)
class KeyDown:
    key: str


@dataclass(frozen=True)
class KeyUp:
    key: str


@dataclass(frozen=True)
class Wait:
    """At most 30,000 milliseconds."""

    ms: int


@dataclass(frozen=True)
class Screenshot:
    pass


@dataclass(frozen=True)
class GoToUrl:
    url: str


@dataclass(frozen=True)
class SetViewport:
    """From 320 to 2560 pixels either way."""

    width: int
    height: int
    scale_factor: float = 1


@dataclass(frozen=True)
class ListTabs:
    pass


@dataclass(frozen=True)
class NewTab:
    """The new tab is the current one. There are at most five."""

    url: str = ""


@dataclass(frozen=True)
class SwitchTab:
    tab_id: str


@dataclass(frozen=True)
class CloseTab:
    """The last tab cannot be closed."""

    tab_id: str


Act: TypeAlias = (
    Click | DoubleClick | RightClick | MouseDown | MouseUp | Drag | Scroll | Type | KeyPress | KeyDown | KeyUp
)
Action: TypeAlias = Act | Wait | Screenshot | GoToUrl | SetViewport | ListTabs | NewTab | SwitchTab | CloseTab

ACTIONS: Mapping[str, type[Action]] = {
    "click": Click,
    "double_click": DoubleClick,
    "right_click": RightClick,
    "mouse_down": MouseDown,
    "mouse_up": MouseUp,
    "drag": Drag,
    "scroll": Scroll,
    "type": Type,
    "keypress": KeyPress,
    "key_down": KeyDown,
    "key_up": KeyUp,
    "wait": Wait,
    "screenshot": Screenshot,
    "go_to_url": GoToUrl,
    "set_viewport": SetViewport,
    "list_tabs": ListTabs,
    "new_tab": NewTab,
    "switch_tab": SwitchTab,
    "close_tab": CloseTab,
}


@dataclass(frozen=True)
class Picture:
    """What a screen shows, of `width` by `height` pixels."""

    data: bytes
    width: int
    height: int
    media_type: Literal["image/jpeg", "image/png"] = "image/jpeg"


@dataclass(frozen=True)
class Tab:
    tab_id: str
    url: str
    title: str
    is_main: bool


@dataclass(frozen=True)
class PageContext:
    """Where the current tab is. Sizes and places are CSS pixels."""

    tab_id: str
    url: str
    title: str
    is_main_tab: bool
    viewport_width: int
    viewport_height: int
    page_width: int
    page_height: int
    scroll_x: int
    scroll_y: int
    device_scale_factor: float = 1


@dataclass(frozen=True)
class ActionResult:
    """What came of an act. One that was not possible says why in `error_message`, for a person and a model.

    `result` has `screenshot` (a Picture) after Screenshot, `tabs` (of Tab) after the four about tabs, and
    `created_tab_id` after NewTab. `page_context` is None on a desktop.
    """

    status: Status = "SUCCESS"
    error_message: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    page_context: PageContext | None = None
    note: str = ""  # what happened unasked, in sentences
