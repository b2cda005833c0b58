using System.Globalization;
using Pogoline.Lab.Boot;
using Pogoline.Lab.Console;

namespace Pogoline.Lab.Ymodem;

/// <summary>
/// Takes an update over the serial port, with the habits of the firmware: no CRC is looked at, every EOT is acknowledged at once, a packet
/// out of order is answered NAK, the padding of the last packet is stored too, and the text follows the last ACK without a pause.
/// </summary>
/// <param name="stream">The serial port.</param>
/// <param name="update">Where the image goes.</param>
/// <param name="explain">How a refusal of the image is worded; null for its number.</param>
sealed class YmodemReceiver(IConsoleStream stream, FirmwareUpdate update, Func<string>? explain = null)
{
    const byte Soh = 0x01, Stx = 0x02, Eot = 0x04, Ack = 0x06, Nak = 0x15, Cancel = 0x18;
    const byte AskForCrc = (byte)'C';
    const int PacketHeader = 3, PacketTrailer = 2;
    const int MostErrors = 5;

    // 5000 polls of 1 ms, and the one that finds the time over.
    static readonly TimeSpan ByteTimeout = TimeSpan.FromMilliseconds(5001);
    static readonly TimeSpan BeforeRestart = TimeSpan.FromMilliseconds(1000);
    static readonly TimeSpan AfterRestartText = TimeSpan.FromMilliseconds(100);

    readonly byte[] _packet = new byte[PacketHeader + 1024 + PacketTrailer];
    YmodemHeader _header;
    Event _event;
    int _length, _packets, _files;
    uint _offset, _size;
    Outcome _outcome;

    enum Event
    {
        Nothing,
        Error,
        Packet,
        EndOfFile,
        CancelledByHost,
        AbortedByUser,
    }

    enum Outcome
    {
        Running,
        Received,
        Failed,
        CancelledByHost,
        Aborted,
        TooLarge,
        NotStored,
    }

    /// <summary>Whether the image was taken; valid when <see cref="Run"/> has ended.</summary>
    public bool Succeeded { get; private set; }

    /// <summary>Receives, until the transfer has ended in one way or another.</summary>
    public IEnumerable<Pause> Run()
    {
        foreach (var pause in Receive()) yield return pause;
        if (_outcome == Outcome.Received)
        {
            foreach (var busy in update.Apply()) yield return Pause.Work(busy);
            foreach (var pause in Report()) yield return pause;
            yield break;
        }
        stream.Write([Cancel, Cancel]);
        stream.WriteLine(_outcome switch
        {
            Outcome.TooLarge => "The file size is higher than the allowed space memory!",
            Outcome.NotStored => "Failed to save chunk!",
            Outcome.Aborted => "Aborted by user.",
            _ => "Failed to receive the file!",
        });
    }

    IEnumerable<Pause> Report()
    {
        if (update.Result != 0)
        {
            stream.Write([Cancel, Cancel]);
            stream.WriteLine($"Validation failed: {explain?.Invoke() ?? update.Result.ToString(CultureInfo.InvariantCulture)}");
            yield break;
        }
        Succeeded = true;
        stream.Write([Ack]);
        stream.Write($"\r\nDownloaded file successfully!\r\nName: {_header.Name}\r\nSize: {_size} bytes\r\n");
        yield return Pause.Drain(BeforeRestart);
        stream.WriteLine("Restarting system to apply firmware update...");
        if (!update.IsStrict) yield return Pause.Drain(AfterRestartText);
    }

    IEnumerable<Pause> Receive()
    {
        var errors = 0;
        while (_outcome == Outcome.Running)
        {
            foreach (var pause in ReadEvent()) yield return pause;
            if (_event == Event.Error)
            {
                stream.Write([AskForCrc]);
                if (++errors > MostErrors) GiveUp(Outcome.Failed);
                continue;
            }
            if (_event != Event.Nothing) errors = 0;
            foreach (var busy in Take()) yield return Pause.Work(busy);
        }
    }

    IEnumerable<TimeSpan> Take()
    {
        switch (_event)
        {
            case Event.Nothing:
                stream.Write([Ack]);
                return [];
            case Event.EndOfFile:
                _packets = 0;
                stream.Write([Ack]);
                return [];
            case Event.CancelledByHost:
                stream.Write([Ack]);
                _outcome = Outcome.CancelledByHost;
                return [];
            case Event.AbortedByUser:
                GiveUp(Outcome.Aborted);
                return [];
            case Event.Packet when _packet[1] != (byte)_packets:
                stream.Write([Nak]);
                return [];
            default:
                return _packets == 0 ? TakeHeader() : TakeData();
        }
    }

    // A second file of a session goes, before 3.0.0, to a place beyond the area.
    IEnumerable<TimeSpan> TakeHeader()
    {
        var data = _packet.AsSpan(PacketHeader, _length);
        if (data[0] == 0)
        {
            _outcome = (int)_size switch
            {
                > 0 => Outcome.Received,
                -1 => Outcome.TooLarge,
                -2 => Outcome.NotStored,
                -3 => Outcome.Aborted,
                _ => Outcome.Failed,
            };
            yield break;
        }
        _header = YmodemHeader.Read(data);
        foreach (var busy in update.Begin(_header.Size)) yield return busy;
        if (update.Result != 0)
        {
            GiveUp(Outcome.TooLarge);
            yield break;
        }
        if (_files++ > 0) _offset += update.AreaAddress;
        _size = update.Size;
        _packets++;
        stream.Write([Ack, AskForCrc]);
    }

    IEnumerable<TimeSpan> TakeData()
    {
        foreach (var busy in update.Store(_offset, _packet.AsMemory(PacketHeader, _length))) yield return busy;
        if (update.Result != 0)
        {
            GiveUp(Outcome.NotStored);
            yield break;
        }
        _offset += (uint)_length;
        _packets++;
        stream.Write([Ack]);
    }

    void GiveUp(Outcome outcome)
    {
        stream.Write([Cancel, Cancel]);
        _outcome = outcome;
    }

    IEnumerable<Pause> ReadEvent()
    {
        _event = Event.Error;
        foreach (var pause in Fill(0, 1)) yield return pause;
        if (_length < 1) yield break;
        switch (_packet[0])
        {
            case Soh or Stx:
                foreach (var pause in ReadPacket(_packet[0] == Soh ? 128 : 1024)) yield return pause;
                break;
            case Cancel:
                foreach (var pause in Fill(1, 1)) yield return pause;
                if (_length == 1 && _packet[1] == Cancel) _event = Event.CancelledByHost;
                break;
            case Eot: _event = Event.EndOfFile; break;
            case (byte)'a' or (byte)'A': _event = Event.AbortedByUser; break;
            case (byte)' ': _event = Event.Nothing; break;
        }
    }

    IEnumerable<Pause> ReadPacket(int data)
    {
        var rest = PacketHeader - 1 + data + PacketTrailer;
        foreach (var pause in Fill(1, rest)) yield return pause;
        if (_length < rest || (byte)~_packet[1] != _packet[2]) yield break;
        (_event, _length) = (Event.Packet, data);
    }

    // Reads so many bytes into the packet, as far as they come; each may take its time.
    IEnumerable<Pause> Fill(int start, int count)
    {
        for (_length = 0; ;)
        {
            var read = stream.Read(_packet.AsSpan(start + _length, count - _length));
            _length += read;
            if (_length == count) yield break;
            yield return Pause.Wait(ByteTimeout);
            if (stream.Available == 0) yield break;
        }
    }
}
