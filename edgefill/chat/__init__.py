"""Chat: asks a model that speaks OpenAI's protocol for an answer of a given JSON schema.

`chat.py` holds the seam, `http.py` its implementation, `scripted.py` its in-memory twin.
"""

from edgefill.chat.chat import ChatClient, ChatOrder, ChatReply
from edgefill.chat.http import HttpChat
from edgefill.chat.scripted import ScriptedChat

__all__ = ["ChatClient", "ChatOrder", "ChatReply", "HttpChat", "ScriptedChat"]
