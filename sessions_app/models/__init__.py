"""What is remembered, and the only code that changes a status."""

from .agent import Agent, ComputerKind
from .answer import AnswerRefused
from .artifact import Artifact, ArtifactKind, ArtifactVersion
from .attempt import Attempt
from .computer import Computer
from .connection import Connection, ProviderKind
from .environment import Environment, EnvironmentRefused, EnvironmentState
from .event import Event, Tail
from .finding import Finding
from .given_file import GivenFile
from .grant import Grant, Rule
from .language_model import LanguageModel
from .lifecycle import LIVE, OVER, Fenced, MoveLost, Status
from .limit import AtLimit, Limit, Verdict
from .message import Message, MessageRefused
from .model_call import ModelCall, SpendingMonth
from .question import AnsweredAlready, Question, QuestionKind
from .secret import Secret
from .session import Session
from .sign_in_link import SignInLink
from .space import Membership, Role, Space
from .takeover import ControlRefused, Takeover
from .task import Task
from .user import User

__all__ = [
    "LIVE",
    "OVER",
    "Agent",
    "AnswerRefused",
    "AnsweredAlready",
    "Artifact",
    "ArtifactKind",
    "ArtifactVersion",
    "AtLimit",
    "Attempt",
    "Computer",
    "ComputerKind",
    "Connection",
    "ControlRefused",
    "Environment",
    "EnvironmentRefused",
    "EnvironmentState",
    "Event",
    "Fenced",
    "Finding",
    "GivenFile",
    "Grant",
    "LanguageModel",
    "Limit",
    "Membership",
    "Message",
    "MessageRefused",
    "ModelCall",
    "MoveLost",
    "ProviderKind",
    "Question",
    "QuestionKind",
    "Role",
    "Rule",
    "Secret",
    "Session",
    "SignInLink",
    "Space",
    "SpendingMonth",
    "Status",
    "Tail",
    "Takeover",
    "Task",
    "User",
    "Verdict",
]
