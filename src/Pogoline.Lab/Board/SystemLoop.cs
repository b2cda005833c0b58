using Pogoline.Lab.Console;
using Pogoline.Lab.Control;
using Pogoline.Lab.Usb;

namespace Pogoline.Lab.Board;

/// <summary>
/// The one thread of a running system that serves hosts: control requests in the order in which they came, and the console while the board
/// listens. While the console is busy requests wait; from Device OS 4.2.0 on a line prompt lets them through.
/// </summary>
/// <param name="system">The system.</param>
/// <param name="requests">The control requests.</param>
/// <param name="port">The serial port.</param>
/// <param name="now">The time, for what ends by itself.</param>
sealed class SystemLoop(BoardSystem system, ControlChannel requests, CdcSerialPort port, Func<TimeSpan> now)
{
    const ushort PromptServesRequests = 4200;
    const int Electron = 10;

    // A board on which an update stands still starts anew; the Electron does not listen for ever.
    static readonly TimeSpan UpdateStall = TimeSpan.FromMinutes(5);
    static readonly TimeSpan ListeningTimeout = TimeSpan.FromMinutes(5);

    readonly ListeningConsole _console = new(system, port, system.Wifi, system.ExplainRefusal);
    TimeSpan _quietSince, _listeningSince;
    bool _isAtConsole, _isAtPrompt;

    /// <summary>Whether there is something to do for a system that waits.</summary>
    public bool HasWork => _isAtConsole
        ? port.Available > 0 || _isAtPrompt && ServesAtPrompt
        : system.Exit is not null || requests.HasTask || system.IsListening && port.Available > 0;

    bool ServesAtPrompt => system.SystemVersion >= PromptServesRequests && requests.HasTask;

    /// <summary>Serves until the system is left.</summary>
    public IEnumerable<Pause> Run()
    {
        while (system.Exit is null)
        {
            if (requests.HasTask)
            {
                foreach (var busy in requests.TakeTask()) yield return Pause.Work(busy);
                _quietSince = now();
            }
            else if (system.IsListening && port.Available > 0)
            {
                foreach (var pause in ServeConsole()) yield return pause;
                _listeningSince = _quietSince = now();
            }
            else
            {
                yield return Pause.Wait(Patience());
                GiveUp();
            }
        }
    }

    /// <summary>Listening mode began.</summary>
    public void StartListening() => _listeningSince = now();

    IEnumerable<Pause> ServeConsole()
    {
        _isAtConsole = true;
        foreach (var pause in _console.Serve())
        {
            _isAtPrompt = pause == Pause.WaitForEver;
            yield return pause;
            while (_isAtPrompt && ServesAtPrompt)
            {
                foreach (var busy in requests.TakeTask()) yield return Pause.Work(busy);
            }
        }
        _isAtConsole = _isAtPrompt = false;
    }

    TimeSpan Patience()
    {
        var stall = system.Update.IsOpen ? UpdateStall - (now() - _quietSince) : TimeSpan.MaxValue;
        var listening = ListeningEnds ? ListeningTimeout - (now() - _listeningSince) : TimeSpan.MaxValue;
        var patience = stall < listening ? stall : listening;
        return patience == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : patience > TimeSpan.Zero ? patience : TimeSpan.FromMilliseconds(1);
    }

    void GiveUp()
    {
        if (system.Update.IsOpen && now() - _quietSince >= UpdateStall) system.Leave(SystemExit.Restart);
        if (ListeningEnds && now() - _listeningSince >= ListeningTimeout) system.Listen(false);
    }

    bool ListeningEnds => system.IsListening && system.PlatformId == Electron;
}
