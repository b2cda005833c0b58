using Pogoline.Links.Listening;

namespace Pogoline.Tests.Links.Listening;

/// <summary>A YMODEM receiver as the specification has it: it checks sequence and CRC, and wants the end of the file twice.</summary>
sealed class StandardReceiver
{
    readonly ReceiverWire _wire;
    readonly List<byte> _stored = [];
    int _expected = -1;
    bool _sawEnd;

    public StandardReceiver(ReceiverWire wire)
    {
        _wire = wire;
        wire.Receive = Take;
        wire.Silence = () => IsOver ? null : _expected < 0 || _sawEnd ? "C"u8.ToArray() : [0x15];
    }

    public string? Name { get; private set; }

    public int Size { get; private set; }

    public bool IsOver { get; private set; }

    public byte[] Content => [.. _stored.Take(Size)];

    void Take(byte[] bytes)
    {
        if (bytes is [0x04])
        {
            _wire.Say(_sawEnd ? [0x06, (byte)'C'] : [0x15]);
            _sawEnd = true;
            return;
        }
        var isWhole = bytes.Length is 133 or 1029 && bytes[0] == (bytes.Length == 133 ? 1 : 2) && bytes[1] == (byte)~bytes[2]
            && YmodemPacket.Crc(bytes.AsSpan(3, bytes.Length - 5)) == (bytes[^2] << 8 | bytes[^1]);
        if (!isWhole)
        {
            _wire.Say(_expected < 0 ? "C"u8.ToArray() : [0x15], afterSeconds: 1);
            return;
        }
        var data = bytes.AsSpan(3, bytes.Length - 5);
        if (bytes[1] == 0 && (_expected < 0 || _sawEnd))
        {
            if (data[0] == 0)
            {
                IsOver = true;
                _wire.Say([0x06]);
                return;
            }
            var text = System.Text.Encoding.ASCII.GetString(data).Split('\0');
            (Name, Size, _expected) = (text[0], int.Parse(text[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), 1);
            _wire.Say([0x06, (byte)'C']);
        }
        else if (bytes[1] == (byte)_expected)
        {
            _expected++;
            _stored.AddRange(data);
            _wire.Say([0x06]);
        }
        else if (bytes[1] == (byte)(_expected - 1))
        {
            // What it has already: its ACK was lost.
            _wire.Say([0x06]);
        }
        else
        {
            IsOver = true;
            _wire.Say([0x18, 0x18]);
        }
    }
}
